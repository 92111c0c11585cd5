import { CircleCheck, CirclePause, CircleX, Clock, type LucideIcon, Send, Trash2 } from 'lucide-react'
import type { DeliveryCounts } from '#contract/events.ts'
import { type DeliveryStatus, deliveryStatuses } from '#contract/vocabulary.ts'
import { Badge, type Tone } from '#renderer/ui/badge.tsx'
import { formatCount } from '#renderer/ui/format.ts'
import { deliveryStatusLabel } from '#renderer/ui/status-badge.tsx'

const looks: Record<DeliveryStatus, { tone: Tone; icon: LucideIcon }> = {
  waiting: { tone: 'accent', icon: Clock },
  sending: { tone: 'accent', icon: Send },
  delivered: { tone: 'success', icon: CircleCheck },
  exhausted: { tone: 'danger', icon: CircleX },
  held: { tone: 'warning', icon: CirclePause },
  discarded: { tone: 'neutral', icon: Trash2 },
}

/** How many deliveries of an event are in which status: a chip for each that there is. */
export const DeliveryCountChips = ({ counts }: { counts: DeliveryCounts }) => {
  const present = deliveryStatuses.filter((status) => counts[status] > 0)
  if (present.length === 0) return <span className="text-muted">No webhook asked for it</span>
  return (
    <span className="flex gap-1">
      {present.map((status) => {
        const label = `${formatCount(counts[status])} ${deliveryStatusLabel(status).toLowerCase()}`
        return (
          <span key={status} title={label}>
            <Badge tone={looks[status].tone} icon={looks[status].icon}>
              <span aria-hidden>{formatCount(counts[status])}</span>
              <span className="sr-only">{label}</span>
            </Badge>
          </span>
        )
      })}
    </span>
  )
}
