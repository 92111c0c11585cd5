/** What was measured, as one row of the results. */
export interface Figure {
  readonly what: string
  /** As a person reads it: `34,120 /s`, `1.3 ms`. */
  readonly value: string
  /** Beside what the same machine did in the same run without Patchbay; null where there is nothing beside it. */
  readonly ratio: number | null
  /** What is promised, and whether this run kept it; null where nothing is. */
  readonly bound: { readonly text: string; readonly kept: boolean } | null
}

export const median = (values: readonly number[]): number =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN

/** The value that so much of the values is not above. `part` in [0, 1). */
export const quantile = (values: readonly number[], part: number): number =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length * part)] ?? Number.NaN

export const perSecondText = (perSecond: number): string => `${Math.round(perSecond).toLocaleString('en')} /s`
export const msText = (ms: number): string => `${ms.toFixed(1)} ms`

const atLeast = (ratio: number, least: number) => ({
  text: `at least ${least.toFixed(2)}`,
  kept: ratio >= least,
})

/** A rate beside the rate of something else. Both were measured in pairs; the pair of the median ratio is told. */
export const paired = (
  what: string,
  pairs: readonly { readonly ours: number; readonly beside: number }[],
  least: number | null,
): Figure => {
  const sorted = pairs.toSorted((left, right) => left.ours / left.beside - right.ours / right.beside)
  const { ours, beside } = sorted[Math.floor(sorted.length / 2)] ?? { ours: Number.NaN, beside: Number.NaN }
  const ratio = ours / beside
  return { what, value: perSecondText(ours), ratio, bound: least === null ? null : atLeast(ratio, least) }
}

/** A rate for itself. */
export const rate = (what: string, perSecond: number): Figure => ({
  what,
  value: perSecondText(perSecond),
  ratio: null,
  bound: null,
})

export const show = ({ what, value, ratio, bound }: Figure): string => {
  const kept = bound === null ? '' : `${bound.text}${bound.kept ? '' : ': MISSED'}`
  return `${what.padEnd(66)}${value.padStart(22)}${(ratio === null ? '' : ratio.toFixed(2)).padStart(7)}  ${kept}`
}
