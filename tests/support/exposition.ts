/** One line of the text format of Prometheus. */
export interface ParsedSample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface ParsedFamily {
  readonly type: string
  readonly help: string
  readonly samples: readonly ParsedSample[]
}

const sampleLine =
  /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*)\})? ([+-]?(?:Inf|NaN|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?))$/
const labelPair = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"/g
const types = ['counter', 'gauge', 'histogram', 'summary', 'untyped']

const numberOf = (text: string): number => Number(text.replace(/Inf$/, 'Infinity'))

const labelsOf = (text: string): Record<string, string> => {
  const labels: Record<string, string> = {}
  for (const [, name = '', value = ''] of text.matchAll(labelPair)) {
    if (name in labels) throw new Error(`The label ${name} is there twice.`)
    labels[name] = value.replace(/\\(.)/g, (_, escaped) => (escaped === 'n' ? '\n' : escaped))
  }
  return labels
}

/** Samples of a histogram: cumulative buckets that end with +Inf, which is the count. */
const checkHistogram = (name: string, samples: readonly ParsedSample[]): void => {
  const buckets = samples.filter((sample) => sample.name === `${name}_bucket`)
  const bounds = buckets.map(({ labels }) => numberOf(labels.le ?? ''))
  if (bounds.at(-1) !== Number.POSITIVE_INFINITY) throw new Error(`${name} does not end with +Inf.`)
  for (const [index, bucket] of buckets.entries()) {
    const before = buckets[index - 1]
    if (before && (before.value > bucket.value || (bounds[index - 1] ?? 0) >= (bounds[index] ?? 0))) {
      throw new Error(`The buckets of ${name} do not grow.`)
    }
  }
  const count = samples.find((sample) => sample.name === `${name}_count`)
  if (count?.value !== buckets.at(-1)?.value) throw new Error(`The count of ${name} is not its last bucket.`)
  if (!samples.some((sample) => sample.name === `${name}_sum`)) throw new Error(`${name} has no sum.`)
}

/**
 * Reads the text format of Prometheus 0.0.4, strictly.
 * https://prometheus.io/docs/instrumenting/exposition_formats/#text-format-details
 * @throws at whatever the format does not allow, and where help or type are missing.
 */
export const parseExposition = (text: string): Map<string, ParsedFamily> => {
  if (!text.endsWith('\n')) throw new Error('The last line has no end.')
  const families = new Map<string, { type: string; help: string; samples: ParsedSample[] }>()
  let current = ''
  for (const line of text.slice(0, -1).split('\n')) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? []
    if (keyword === 'HELP') {
      if (families.has(name)) throw new Error(`${name} is there twice.`)
      families.set(name, { type: '', help: rest, samples: [] })
      current = name
      continue
    }
    const family = families.get(current)
    if (family === undefined) throw new Error(`There is no help before: ${line}`)
    if (keyword === 'TYPE') {
      if (name !== current || !types.includes(rest)) throw new Error(`Not a type: ${line}`)
      family.type = rest
      continue
    }
    const [, sampleName = '', labels = '', value = ''] = sampleLine.exec(line) ?? []
    if (sampleName === '') throw new Error(`Not a sample: ${line}`)
    const suffixes = family.type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']
    if (!suffixes.some((suffix) => sampleName === current + suffix)) {
      throw new Error(`${sampleName} is no sample of ${current}.`)
    }
    const sample = { name: sampleName, labels: labelsOf(labels), value: numberOf(value) }
    const key = JSON.stringify([sample.name, Object.entries(sample.labels).sort()])
    if (family.samples.some((one) => JSON.stringify([one.name, Object.entries(one.labels).sort()]) === key)) {
      throw new Error(`The sample is there twice: ${line}`)
    }
    family.samples.push(sample)
  }
  for (const [name, { type, samples }] of families) {
    if (type === '' || samples.length === 0) throw new Error(`${name} has no type or no sample.`)
    if (type === 'counter' && samples.some(({ value }) => value < 0)) throw new Error(`${name} is negative.`)
    if (type === 'histogram') checkHistogram(name, samples)
  }
  return families
}
