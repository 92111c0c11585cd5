import { useQuery } from '@tanstack/react-query'
import type { DeliveryDetail } from '#contract/events.ts'
import { attemptWindows, standardScheduleMs } from '#contract/schedule.ts'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'
import { formatNumberOf } from '#renderer/ui/format.ts'
import { usePresent } from '#renderer/ui/time.tsx'
import { AttemptTimes } from '../webhooks/attempt-times.tsx'

/** When the attempts of a waiting delivery are made, if each of them fails: by the schedule of its webhook. */
export const RemainingAttempts = ({ delivery, dueAt }: { delivery: DeliveryDetail; dueAt: number }) => {
  const { inOrganization } = useScope()
  const now = usePresent()
  const { data: webhook } = useQuery(
    orpc.webhooks.get.queryOptions({ input: { ...inOrganization, webhookId: delivery.webhookId } }),
  )
  if (!webhook) return null
  const next = { number: delivery.attempts + 1, at: Math.max(dueAt, now) }
  const windows = attemptWindows(webhook.scheduleMs ?? standardScheduleMs, next)
  const following = windows.length - 1
  return (
    <details>
      <summary className="w-fit cursor-pointer rounded-sm text-accent">
        {following === 0
          ? 'It is the last one'
          : `If it fails, ${formatNumberOf(following, 'more follows', 'more follow')}`}
      </summary>
      <div className="pt-1.5 text-ink">
        <AttemptTimes label="Remaining attempts" windows={windows} now={now} />
      </div>
    </details>
  )
}
