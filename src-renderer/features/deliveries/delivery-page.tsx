import { useMutation, useQuery } from '@tanstack/react-query'
import { Forward, RefreshCw } from 'lucide-react'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import type { DeliveryDetail } from '#contract/events.ts'
import { GatedPage } from '#renderer/app/access.tsx'
import { paths } from '#renderer/app/paths.ts'
import { GatedOrWhy } from '#renderer/app/refusal.tsx'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'
import { Badge } from '#renderer/ui/badge.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { Page } from '#renderer/ui/page.tsx'
import { QueryPage } from '#renderer/ui/query-page.tsx'
import { DeliveryStatusBadge } from '#renderer/ui/status-badge.tsx'
import { toast } from '#renderer/ui/toast.tsx'
import { useActionFailure } from '#renderer/ui/use-action-failure.tsx'
import { deliveryKindLabels } from './delivery-labels.ts'
import { DeliveryNotice } from './delivery-notice.tsx'
import { DeliveryView } from './delivery-view.tsx'
import { ReplayDialog } from './replay-dialog.tsx'

const crumbs = [{ label: 'Deliveries', to: paths.deliveries }]

const Resend = ({ delivery }: { delivery: DeliveryDetail }) => {
  const { inOrganization } = useScope()
  const navigate = useNavigate()
  const { onError, explanation } = useActionFailure()
  const resend = useMutation(
    orpc.deliveries.resend.mutationOptions({
      onSuccess: ({ deliveryId }) => {
        toast.success('Sent again as a new delivery')
        void navigate(paths.delivery(deliveryId))
      },
      onError,
    }),
  )
  const [replaying, setReplaying] = useState(false)
  // A check has no event to send again, and an erased one no body.
  if (delivery.kind === 'connectivity' || delivery.erasedAt !== null) return null
  return (
    <GatedOrWhy action="deliveries.resend" why="Why can’t I resend?">
      <Button onClick={() => setReplaying(true)}>
        <Forward aria-hidden />
        Replay to another URL …
      </Button>
      {delivery.kind !== 'replay' && (
        <Button
          busy={resend.isPending}
          onClick={() => resend.mutate({ ...inOrganization, deliveryId: delivery.id })}
        >
          <RefreshCw aria-hidden />
          Resend
        </Button>
      )}
      {explanation}
      {replaying && <ReplayDialog delivery={delivery} onClose={() => setReplaying(false)} />}
    </GatedOrWhy>
  )
}

const Delivery = () => {
  const { deliveryId = '' } = useParams()
  const { inOrganization } = useScope()
  const query = useQuery(orpc.deliveries.get.queryOptions({ input: { ...inOrganization, deliveryId } }))
  return (
    <QueryPage query={query} title="Delivery" crumbs={crumbs}>
      {(delivery) => (
        <Page
          title={`${delivery.eventType} → ${delivery.webhookName}`}
          crumbs={crumbs}
          badge={
            <>
              <DeliveryStatusBadge status={delivery.status} heldReason={delivery.heldReason} />
              {delivery.kind !== 'event' && <Badge>{deliveryKindLabels[delivery.kind]}</Badge>}
            </>
          }
          actions={<Resend delivery={delivery} />}
        >
          <DeliveryNotice delivery={delivery} />
          <DeliveryView key={delivery.id} delivery={delivery} />
        </Page>
      )}
    </QueryPage>
  )
}

/** `/deliveries/:deliveryId` */
export const DeliveryPage = () => (
  <GatedPage action="deliveries.view" title="Delivery">
    <Delivery />
  </GatedPage>
)
