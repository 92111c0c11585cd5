import { clsx } from 'clsx'
import {
  Braces,
  CirclePause,
  Filter,
  Gauge,
  KeyRound,
  ListOrdered,
  type LucideIcon,
  OctagonMinus,
  ShieldAlert,
} from 'lucide-react'
import type { Webhook } from '#contract/webhooks.ts'
import { Badge, type Tone } from '#renderer/ui/badge.tsx'
import { conditionText, orderText, shapeText, throttleText } from './webhook-words.ts'

interface Mark {
  icon: LucideIcon
  label: string
  /** What it means in words. */
  text: string
  tone?: Tone
}

const troubleOf = ({ status, breaker, tokenPause, blockedBy, pausedRelease }: Webhook): Mark[] => {
  if (status !== 'active') return []
  const open = breaker.state !== 'closed'
  return [
    ...(open ? [{ icon: ShieldAlert, label: 'Breaker open', text: 'too many requests failed' }] : []),
    ...(tokenPause
      ? [{ icon: KeyRound, label: 'No token', text: 'the token endpoint asked to be left alone' }]
      : []),
    ...(blockedBy ? [{ icon: OctagonMinus, label: 'Blocked', text: 'one that failed keeps the order' }] : []),
    ...(pausedRelease
      ? [{ icon: CirclePause, label: 'Waiting', text: 'a paused release keeps the order' }]
      : []),
  ].map((mark) => ({ ...mark, tone: 'danger' }))
}

const settingsOf = ({ throttle, ordered, condition, shape }: Webhook['options']): Mark[] => [
  ...(throttle ? [{ icon: Gauge, label: 'Throttled', text: throttleText(throttle) }] : []),
  ...(ordered ? [{ icon: ListOrdered, label: 'Ordered', text: orderText(ordered) }] : []),
  ...(condition ? [{ icon: Filter, label: 'Filtered', text: conditionText(condition) }] : []),
  ...(shape ? [{ icon: Braces, label: 'Shaped', text: shapeText(shape) }] : []),
]

const marksOf = (webhook: Webhook) => [...troubleOf(webhook), ...settingsOf(webhook.options)]

/** What keeps a webhook from sending, or makes it send otherwise than others do. */
export const OptionBadges = ({ webhook }: { webhook: Webhook }) =>
  marksOf(webhook).map(({ icon, label, text, tone }) => (
    <span key={label} title={text}>
      <Badge icon={icon} tone={tone}>
        {label}
      </Badge>
    </span>
  ))

/** The same where there is little room: icons, with words for screen readers. */
export const OptionIcons = ({ webhook }: { webhook: Webhook }) =>
  marksOf(webhook).map(({ icon: Icon, label, text, tone }) => (
    <span
      key={label}
      title={`${label}: ${text}`}
      className={clsx('inline-flex shrink-0', tone === 'danger' ? 'text-danger' : 'text-muted')}
    >
      <Icon aria-hidden className="size-3.5" />
      <span className="sr-only">{label}</span>
    </span>
  ))
