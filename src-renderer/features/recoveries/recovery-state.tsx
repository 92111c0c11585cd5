import type { Recovery } from '#contract/recoveries.ts'
import { Badge, type Tone } from '#renderer/ui/badge.tsx'

interface Look {
  label: string
  tone: Tone
}

const looks: Record<Recovery['state'], Look> = {
  canary: { label: 'Canary under way', tone: 'accent' },
  running: { label: 'Running', tone: 'accent' },
  paused: { label: 'Paused', tone: 'warning' },
  done: { label: 'All sent', tone: 'success' },
  cancelled: { label: 'Cancelled', tone: 'neutral' },
}

type LookParts = Pick<Recovery, 'state' | 'waitsFor' | 'underWay'>

const waitingLook: Look = { label: 'Waiting', tone: 'warning' }

const queuedLook: Look = { label: 'All queued', tone: 'accent' }

const lookOf = ({ state, waitsFor, underWay }: LookParts): Look => {
  if (waitsFor !== null) return waitingLook
  return state === 'done' && underWay > 0 ? queuedLook : looks[state]
}

export const RecoveryStateBadge = (parts: LookParts) => {
  const { label, tone } = lookOf(parts)
  return <Badge tone={tone}>{label}</Badge>
}

/** Whether it can still be paused, resumed or cancelled. */
export const isOpen = ({ state }: Pick<Recovery, 'state'>) => state !== 'done' && state !== 'cancelled'
