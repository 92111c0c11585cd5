import { CircleCheck, CircleX, Hourglass, ShieldBan } from 'lucide-react'
import type { CapabilityState } from '#contract/organizations.ts'
import { Badge, type Tone } from '#renderer/ui/badge.tsx'
import { sentence } from '#renderer/ui/decision-text.ts'

const look = ({ granted, override }: CapabilityState) => {
  if (granted && override?.endsAt != null)
    return { tone: 'accent', icon: Hourglass, text: 'On trial' } as const
  if (granted) return { tone: 'success', icon: CircleCheck, text: override ? 'Granted' : 'By plan' } as const
  if (override?.effect === 'deny') return { tone: 'danger', icon: ShieldBan, text: 'Denied' } as const
  if (override) return { tone: 'warning', icon: Hourglass, text: 'Trial ended' } as const
  return { tone: 'neutral', icon: CircleX, text: 'Not in plan' } as const
}

/** The state of a capability in two words; the fact behind it on hover. */
export const CapabilityBadge = ({ state }: { state: CapabilityState | undefined }) => {
  if (!state) return null
  const { tone, icon, text } = look(state)
  return (
    <span title={sentence(state.fact)}>
      <Badge tone={tone satisfies Tone} icon={icon}>
        {text}
      </Badge>
    </span>
  )
}
