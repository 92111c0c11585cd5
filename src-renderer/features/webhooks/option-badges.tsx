import { Braces, Filter, Gauge, ListOrdered, type LucideIcon } from 'lucide-react'
import type { WebhookOptions } from '#contract/webhook-options.ts'
import { Badge } from '#renderer/ui/badge.tsx'
import { conditionText, orderText, shapeText, throttleText } from './webhook-words.ts'

interface Mark {
  icon: LucideIcon
  label: string
  /** What it means in words. */
  text: string
}

const marksOf = ({ throttle, ordered, condition, shape }: WebhookOptions): Mark[] => [
  ...(throttle ? [{ icon: Gauge, label: 'Throttled', text: throttleText(throttle) }] : []),
  ...(ordered ? [{ icon: ListOrdered, label: 'Ordered', text: orderText(ordered) }] : []),
  ...(condition ? [{ icon: Filter, label: 'Filtered', text: conditionText(condition) }] : []),
  ...(shape ? [{ icon: Braces, label: 'Shaped', text: shapeText(shape) }] : []),
]

/** What makes a webhook send otherwise than others do. */
export const OptionBadges = ({ options }: { options: WebhookOptions }) =>
  marksOf(options).map(({ icon, label, text }) => (
    <span key={label} title={text}>
      <Badge icon={icon}>{label}</Badge>
    </span>
  ))

/** The same where there is little room: icons, with words for screen readers. */
export const OptionIcons = ({ options }: { options: WebhookOptions }) =>
  marksOf(options).map(({ icon: Icon, label, text }) => (
    <span key={label} title={`${label}: ${text}`} className="inline-flex shrink-0 text-muted">
      <Icon aria-hidden className="size-3.5" />
      <span className="sr-only">{label}</span>
    </span>
  ))
