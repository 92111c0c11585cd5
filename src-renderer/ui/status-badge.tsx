import {
  Ban,
  CircleCheck,
  CircleDashed,
  CircleOff,
  CirclePause,
  CircleX,
  Clock,
  Hourglass,
  type LucideIcon,
  Send,
  Trash2,
} from 'lucide-react'
import type { ApiKeyStatus, DeliveryStatus, HeldReason, WebhookStatus } from '#contract/vocabulary.ts'
import { Badge, type Tone } from './badge.tsx'

interface Look {
  label: string
  tone: Tone
  icon: LucideIcon
}

const deliveryLooks: Record<DeliveryStatus, Look> = {
  waiting: { label: 'Waiting', tone: 'accent', icon: Clock },
  sending: { label: 'Sending', tone: 'accent', icon: Send },
  delivered: { label: 'Delivered', tone: 'success', icon: CircleCheck },
  exhausted: { label: 'Exhausted', tone: 'danger', icon: CircleX },
  held: { label: 'Held', tone: 'warning', icon: CirclePause },
  discarded: { label: 'Discarded', tone: 'neutral', icon: Trash2 },
}

const webhookLooks: Record<WebhookStatus, Look> = {
  active: { label: 'Active', tone: 'success', icon: CircleCheck },
  paused: { label: 'Paused', tone: 'warning', icon: CirclePause },
  disabled: { label: 'Disabled', tone: 'danger', icon: CircleOff },
  suspended: { label: 'Suspended (plan)', tone: 'warning', icon: Ban },
}

const apiKeyLooks: Record<ApiKeyStatus, Look> = {
  active: { label: 'Active', tone: 'success', icon: CircleCheck },
  expired: { label: 'Expired', tone: 'neutral', icon: Hourglass },
  revoked: { label: 'Revoked', tone: 'danger', icon: CircleX },
  disabled: { label: 'Disabled', tone: 'warning', icon: CircleOff },
  not_yet_valid: { label: 'Not yet valid', tone: 'accent', icon: CircleDashed },
}

/** Why a delivery is held, in words. */
export const heldReasonLabels: Record<HeldReason, string> = {
  paused: 'webhook paused',
  disabled: 'webhook disabled',
  gone: 'answered 410 Gone',
  suspended: 'suspended by plan',
  switched_off: 'switched off',
  offline: 'machine offline',
}

const LookBadge = ({ look, detail }: { look: Look; detail?: string }) => (
  <Badge tone={look.tone} icon={look.icon}>
    {detail ? `${look.label}: ${detail}` : look.label}
  </Badge>
)

export const DeliveryStatusBadge = ({
  status,
  heldReason,
}: {
  status: DeliveryStatus
  heldReason?: HeldReason | null
}) => (
  <LookBadge look={deliveryLooks[status]} detail={heldReason ? heldReasonLabels[heldReason] : undefined} />
)
export const WebhookStatusBadge = ({ status }: { status: WebhookStatus }) => (
  <LookBadge look={webhookLooks[status]} />
)
export const ApiKeyStatusBadge = ({ status }: { status: ApiKeyStatus }) => (
  <LookBadge look={apiKeyLooks[status]} />
)

/** The word for a status, for filters and summaries. */
export const deliveryStatusLabel = (status: DeliveryStatus) => deliveryLooks[status].label
export const webhookStatusLabel = (status: WebhookStatus) => webhookLooks[status].label
export const apiKeyStatusLabel = (status: ApiKeyStatus) => apiKeyLooks[status].label
