import type { Erasure, ErasureState } from '#contract/erasures.ts'

export const stateLabels: Record<ErasureState, string> = {
  running: 'Running',
  done: 'Done',
  cancelled: 'Cancelled',
}

/** What was looked for, as far as anybody still knows it. */
export const aimOf = ({ kind, path }: Pick<Erasure, 'kind' | 'path'>): string => {
  if (kind === 'event') return 'One event'
  return kind === 'field' ? `A value of ${path}` : 'A value anywhere'
}

/** How far it is, from 0 to 1; null while nothing tells. */
export const progressOf = ({ since, lookedUntil, createdAt, state }: Erasure): number | null => {
  if (state === 'done') return 1
  if (since === null || lookedUntil === null || createdAt <= since) return null
  return Math.min(1, Math.max(0, (lookedUntil - since) / (createdAt - since)))
}
