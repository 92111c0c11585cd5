/** One value of a metric, with its labels. */
export interface Sample {
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
}

export interface Metric {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge'
  readonly samples: readonly Sample[]
}

/** Counts by upper bound (one more than bounds: what is above), and the sum of what was measured. */
export interface Histogram {
  readonly name: string
  readonly help: string
  readonly type: 'histogram'
  readonly bounds: readonly number[]
  readonly counts: readonly number[]
  readonly sum: number
}

const escapedHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
const escapedLabel = (text: string): string => escapedHelp(text).replaceAll('"', '\\"')

const numberText = (value: number): string => {
  if (Number.isNaN(value)) return 'NaN'
  if (Number.isFinite(value)) return String(value)
  return value > 0 ? '+Inf' : '-Inf'
}

const line = (name: string, { labels = {}, value }: Sample): string => {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapedLabel(text)}"`)
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join()}}`} ${numberText(value)}\n`
}

const linesOf = (metric: Metric | Histogram): string => {
  const { name, help, type } = metric
  const head = `# HELP ${name} ${escapedHelp(help)}\n# TYPE ${name} ${type}\n`
  if (metric.type !== 'histogram') {
    return head + metric.samples.map((sample) => line(name, sample)).join('')
  }
  let total = 0
  const buckets = [...metric.bounds, Number.POSITIVE_INFINITY].map((bound, index) => {
    total += metric.counts[index] ?? 0
    return line(`${name}_bucket`, { labels: { le: numberText(bound) }, value: total })
  })
  return (
    head +
    buckets.join('') +
    line(`${name}_sum`, { value: metric.sum }) +
    line(`${name}_count`, { value: total })
  )
}

export const expositionType = 'text/plain; version=0.0.4; charset=utf-8'

/** The text format of Prometheus: https://prometheus.io/docs/instrumenting/exposition_formats/ */
export const expose = (metrics: readonly (Metric | Histogram)[]): string => metrics.map(linesOf).join('')
