import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { CirclePlay, Pause, Pencil, Send, Trash2 } from 'lucide-react'
import { useId, useState } from 'react'
import { Link, useNavigate } from 'react-router'
import type { DeliveryListItem } from '#contract/events.ts'
import type { Webhook } from '#contract/webhooks.ts'
import { Gated } from '#renderer/app/access.tsx'
import { paths } from '#renderer/app/paths.ts'
import { orpc } from '#renderer/bridge.ts'
import { Badge } from '#renderer/ui/badge.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { CopyableText } from '#renderer/ui/copy-button.tsx'
import { CouldNotLoad } from '#renderer/ui/data-table-states.tsx'
import { Description, DescriptionList } from '#renderer/ui/description-list.tsx'
import { Drawer } from '#renderer/ui/drawer.tsx'
import { keysetPaging, usePagedRows } from '#renderer/ui/rows.ts'
import { Select } from '#renderer/ui/select.tsx'
import { LoadingBlock } from '#renderer/ui/skeleton.tsx'
import { DeliveryStatusBadge, WebhookStatusBadge } from '#renderer/ui/status-badge.tsx'
import { AbsoluteTime, RelativeTime } from '#renderer/ui/time.tsx'
import { toast } from '#renderer/ui/toast.tsx'
import { useActionFailure } from '#renderer/ui/use-action-failure.tsx'
import { deliveryKindLabels } from '../deliveries/delivery-labels.ts'
import { conditionText, shapeText } from '../webhooks/webhook-words.ts'
import { DeleteOperationalDialog, EditOperationalDialog } from './operational-dialogs.tsx'

const Commands = ({ webhook, onGone }: { webhook: Webhook; onGone: () => void }) => {
  const queryClient = useQueryClient()
  const [asking, setAsking] = useState<'edit' | 'delete' | null>(null)
  const { onError, explanation } = useActionFailure()
  const options = {
    onError,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: orpc.operationalWebhooks.key() }),
  }
  const pause = useMutation(orpc.operationalWebhooks.pause.mutationOptions(options))
  const resume = useMutation(orpc.operationalWebhooks.resume.mutationOptions(options))
  const one = { webhookId: webhook.id }
  return (
    <div className="flex flex-wrap gap-2">
      <Button size="sm" onClick={() => setAsking('edit')}>
        <Pencil aria-hidden />
        Edit …
      </Button>
      {webhook.status === 'active' ? (
        <Button size="sm" busy={pause.isPending} onClick={() => pause.mutate(one)}>
          <Pause aria-hidden />
          Pause
        </Button>
      ) : (
        <Button size="sm" busy={resume.isPending} onClick={() => resume.mutate(one)}>
          <CirclePlay aria-hidden />
          Resume
        </Button>
      )}
      <Button size="sm" onClick={() => setAsking('delete')}>
        <Trash2 aria-hidden />
        Delete …
      </Button>
      {asking === 'edit' && <EditOperationalDialog webhook={webhook} onClose={() => setAsking(null)} />}
      {asking === 'delete' && (
        <DeleteOperationalDialog webhook={webhook} onDeleted={onGone} onClose={() => setAsking(null)} />
      )}
      {explanation}
    </div>
  )
}

const SendTest = ({ webhook }: { webhook: Webhook }) => {
  const navigate = useNavigate()
  const id = useId()
  const types = useQuery(orpc.operationalWebhooks.eventTypes.queryOptions())
  const [chosen, setChosen] = useState('')
  const { onError, explanation } = useActionFailure()
  const send = useMutation(
    orpc.operationalWebhooks.sendTest.mutationOptions({
      onError,
      onSuccess: ({ deliveryId }) => {
        toast.success('Signed test is on its way')
        void navigate(paths.operationalDelivery(deliveryId))
      },
    }),
  )
  const eventType = chosen || types.data?.[0]?.name
  if (!types.data || eventType === undefined) return null
  return (
    <div className="space-y-1">
      <label htmlFor={id} className="font-medium">
        Send a signed test
      </label>
      <div className="flex gap-2">
        <Select
          id={id}
          options={types.data.map(({ name }) => ({ value: name, label: name }))}
          value={eventType}
          onValueChange={setChosen}
        />
        <Button busy={send.isPending} onClick={() => send.mutate({ webhookId: webhook.id, eventType })}>
          <Send aria-hidden />
          Send
        </Button>
      </div>
      <p className="text-xs text-muted">
        An example event through the same pipeline as every real one. It never counts as a failure.
      </p>
      {explanation}
    </div>
  )
}

const DeliveryRow = ({ delivery }: { delivery: DeliveryListItem }) => (
  <li className="flex items-center gap-3 py-2">
    <Link
      to={paths.operationalDelivery(delivery.id)}
      className="min-w-0 flex-1 truncate font-medium hover:underline"
    >
      {delivery.eventType}
    </Link>
    {delivery.kind !== 'event' && <Badge>{deliveryKindLabels[delivery.kind]}</Badge>}
    <DeliveryStatusBadge status={delivery.status} />
    <span className="w-16 shrink-0 text-end text-xs text-muted">
      <RelativeTime at={delivery.createdAt} />
    </span>
  </li>
)

const Deliveries = ({ webhook }: { webhook: Webhook }) => {
  const query = useInfiniteQuery(
    orpc.operationalWebhooks.deliveries.infiniteOptions({
      input: (cursor: string | undefined) => ({ webhookId: webhook.id, cursor }),
      ...keysetPaging,
    }),
  )
  const rows = usePagedRows(query)
  if (rows.loading) return <LoadingBlock label="Loading the deliveries" />
  if (rows.failure) return <CouldNotLoad label="The deliveries" failure={rows.failure} onRetry={rows.retry} />
  if (rows.items.length === 0)
    return <p className="text-muted">Nothing was sent yet. A test shows whether the receiver answers.</p>
  return (
    <>
      <ul className="divide-y divide-line">
        {rows.items.map((delivery) => (
          <DeliveryRow key={delivery.id} delivery={delivery} />
        ))}
      </ul>
      {rows.nextPage && (
        <Button busy={rows.loadingNextPage} onClick={rows.nextPage}>
          Load more
        </Button>
      )}
    </>
  )
}

/** A subscription of the platform: state, what can be done with it, a test, and its deliveries. */
export const OperationalDrawer = ({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) => (
  <Drawer open onOpenChange={onClose} title={webhook.name} description="Operational subscription">
    <WebhookStatusBadge status={webhook.status} />
    {webhook.statusReason && <p className="text-muted">{webhook.statusReason}</p>}
    <Gated action="platform.webhooks.manage">
      <Commands webhook={webhook} onGone={onClose} />
    </Gated>
    <DescriptionList>
      <Description term="URL">
        <CopyableText text={webhook.url} label="Copy URL" />
      </Description>
      <Description term="Events">
        <span className="font-mono text-xs">{webhook.events.join(', ')}</span>
      </Description>
      {webhook.options.condition && (
        <Description term="Filter">{conditionText(webhook.options.condition)}</Description>
      )}
      {webhook.options.shape && <Description term="Body">{shapeText(webhook.options.shape)}</Description>}
      <Description term="Created">
        <AbsoluteTime at={webhook.createdAt} />
        <span className="block text-muted">by {webhook.createdBy}</span>
      </Description>
    </DescriptionList>
    <Gated action="platform.webhooks.manage">
      <SendTest webhook={webhook} />
    </Gated>
    <section>
      <h3 className="font-semibold">Deliveries</h3>
      <Deliveries webhook={webhook} />
    </section>
  </Drawer>
)
