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

const waitingLook: Look = { label: 'Waiting', tone: 'warning' }

export const RecoveryStateBadge = ({ state, waitsFor }: Pick<Recovery, 'state' | 'waitsFor'>) => {
  const { label, tone } = waitsFor === null ? looks[state] : waitingLook
  return <Badge tone={tone}>{label}</Badge>
}

/** Whether it can still be paused, resumed or cancelled. */
export const isOpen = ({ state }: Pick<Recovery, 'state'>) => state !== 'done' && state !== 'cancelled'
