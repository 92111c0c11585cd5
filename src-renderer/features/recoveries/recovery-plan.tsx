import { useQuery } from '@tanstack/react-query'
import { RefreshCw } from 'lucide-react'
import type { ReactNode } from 'react'
import { formatDuration } from '#contract/duration.ts'
import type { RecoveryPlan as Plan } from '#contract/recoveries.ts'
import { openCountMax } from '#contract/settings.ts'
import { useScope } from '#renderer/app/scope.ts'
import { client, failureOf } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { Card } from '#renderer/ui/card.tsx'
import { Description, DescriptionList } from '#renderer/ui/description-list.tsx'
import { formatCount, formatCountUpTo } from '#renderer/ui/format.ts'
import { ProblemNotice } from '#renderer/ui/problem-notice.tsx'
import { LoadingBlock } from '#renderer/ui/skeleton.tsx'
import { AbsoluteTime } from '#renderer/ui/time.tsx'
import type { RecoveryFilter } from './recovery-filter.ts'

const Duration = ({ plan: { count, estimatedMs } }: { plan: Plan }) =>
  estimatedMs === null ? (
    <span className="text-muted">Unknown: nothing was sent to this address yet</span>
  ) : (
    `${count >= openCountMax ? 'At least' : 'About'} ${formatDuration(estimatedMs)}`
  )

/** `isOld`: of another address than is asked about now. */
const Facts = ({ plan, isOld }: { plan: Plan; isOld: boolean }) => (
  <DescriptionList>
    <Description term="Would be sent">
      <strong>{formatCountUpTo(plan.count, openCountMax)}</strong>
      {plan.count >= openCountMax && (
        <span className="block text-muted">Counting ends there; a recovery sends all of them.</span>
      )}
    </Description>
    {plan.firstAt !== null && (
      <Description term="First">
        <AbsoluteTime at={plan.firstAt} />
      </Description>
    )}
    {plan.lastAt !== null && (
      <Description term="Last">
        <AbsoluteTime at={plan.lastAt} />
      </Description>
    )}
    <Description term="Left out">
      {formatCount(plan.leftOut)}{' '}
      <span className="text-muted">delivered meanwhile, or sent again already</span>
    </Description>
    <Description term="Takes">
      {isOld ? <span className="text-muted">…</span> : <Duration plan={plan} />}
    </Description>
  </DescriptionList>
)

/** The dry run: what a recovery would send. Below it `children` start it, while there is something to send. */
export const RecoveryPlan = ({
  filter,
  url,
  children,
}: {
  filter: RecoveryFilter
  url: string | undefined
  children: ReactNode
}) => {
  const { inOrganization } = useScope()
  const plan = useQuery({
    // Not under the key of recoveries: every change of a delivery would count again.
    queryKey: ['recovery-plan', inOrganization.organizationId, filter, url],
    queryFn: () => client.recoveries.plan({ ...inOrganization, ...filter, url }),
    // The address is typed below: that stays, and another one changes nothing of what would be sent.
    placeholderData: (known, query) => (query?.queryKey[2] === filter ? known : undefined),
    retry: false,
  })
  return (
    <Card
      title="What would be sent"
      description="A dry run: nothing has been sent."
      actions={
        <Button size="sm" busy={plan.isFetching} onClick={() => void plan.refetch()}>
          <RefreshCw aria-hidden />
          Look again
        </Button>
      }
    >
      <div aria-live="polite" className="space-y-4">
        {plan.data && <Facts plan={plan.data} isOld={plan.isPlaceholderData} />}
        {plan.isError && (
          <ProblemNotice failure={failureOf(plan.error)} onRetry={() => void plan.refetch()} />
        )}
        {plan.isPending && <LoadingBlock label="Counting" />}
        {plan.data && plan.data.count > 0 && children}
      </div>
    </Card>
  )
}
