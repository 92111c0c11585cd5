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
