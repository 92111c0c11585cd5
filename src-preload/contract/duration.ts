const secondMs = 1_000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs

const units = [
  ['d', 24 * hourMs],
  ['h', hourMs],
  ['min', minuteMs],
  ['s', secondMs],
] as const

/** A length of time in its two largest units: "340 ms", "1.2 s", "5 min 20 s", "2 h", "3 d 4 h". */
export const formatDuration = (ms: number): string => {
  if (ms < 10) return `${Number(ms.toFixed(1))} ms`
  // What rounds up to the next unit is told in that one.
  if (ms < secondMs - 0.5) return `${Math.round(ms)} ms`
  if (ms < minuteMs - 50) return `${Number((ms / secondMs).toFixed(1))} s`
  const parts: string[] = []
  let rest = Math.round(ms / secondMs) * secondMs
  for (const [unit, unitMs] of units) {
    const count = Math.floor(rest / unitMs)
    rest -= count * unitMs
    if (count) parts.push(`${count} ${unit}`)
  }
  return parts.slice(0, 2).join(' ')
}
