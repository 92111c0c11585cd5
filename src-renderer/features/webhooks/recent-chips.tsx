import { CircleCheck, CirclePause, CircleX, Clock, type LucideIcon } from 'lucide-react'
import type { Webhook } from '#contract/webhooks.ts'
import { Badge, type Tone } from '#renderer/ui/badge.tsx'
import { formatCount, formatNumberOf } from '#renderer/ui/format.ts'

const looks = [
  { key: 'delivered', tone: 'success', icon: CircleCheck, one: 'delivered', many: 'delivered' },
  { key: 'failedAttempts', tone: 'danger', icon: CircleX, one: 'failed attempt', many: 'failed attempts' },
  { key: 'waiting', tone: 'accent', icon: Clock, one: 'waiting', many: 'waiting' },
  { key: 'held', tone: 'warning', icon: CirclePause, one: 'held', many: 'held' },
] as const satisfies readonly {
  key: keyof Webhook['recent']
  tone: Tone
  icon: LucideIcon
  one: string
  many: string
}[]

/** What a webhook did in the last 24 hours: a chip for each that there is. */
export const RecentChips = ({ recent }: { recent: Webhook['recent'] }) => {
  const present = looks.filter(({ key }) => recent[key] > 0)
  if (present.length === 0) return <span className="text-muted">Nothing</span>
  return (
    <span className="flex gap-1">
      {present.map(({ key, tone, icon, one, many }) => {
        const label = formatNumberOf(recent[key], one, many)
        return (
          <span key={key} title={label}>
            <Badge tone={tone} icon={icon}>
              <span aria-hidden>{formatCount(recent[key])}</span>
              <span className="sr-only">{label}</span>
            </Badge>
          </span>
        )
      })}
    </span>
  )
}
