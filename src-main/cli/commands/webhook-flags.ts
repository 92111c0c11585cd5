import { type Command, InvalidArgumentError } from 'commander'
import { formatDelay, parseDelay, standardScheduleMs } from '#contract/schedule.ts'
import type { CustomHeader, Throttle } from '#contract/webhook-options.ts'
import type { Webhook } from '#contract/webhooks.ts'

/** What `create` and `update` take of a webhook's settings; what is absent stays, or is the default. */
export interface SettingFlags {
  readonly timeout?: number
  readonly concurrency?: number
  readonly throttle?: Throttle | 'none'
  readonly ordered?: boolean
  readonly schedule?: number[] | 'standard'
  /** JSON; the contract says what is wrong with it. */
  readonly condition?: unknown
  readonly shape?: unknown
  readonly header?: readonly CustomHeader[]
}

const readTimeout = (text: string): number => {
  const timeoutMs = /^\d+$/.test(text) ? Number(text) : parseDelay(text)
  if (timeoutMs === null) throw new InvalidArgumentError('Give a time like 15s, or milliseconds.')
  return timeoutMs
}

const readThrottle = (text: string): Throttle | 'none' => {
  if (text === 'none') return text
  const [, count, seconds] = /^(\d+)\/(\d+)s?$/.exec(text) ?? []
  if (count === undefined || seconds === undefined) {
    throw new InvalidArgumentError('Give COUNT/SECONDS like 10/1, or none.')
  }
  return { count: Number(count), seconds: Number(seconds) }
}

const readSchedule = (text: string): number[] | 'standard' => {
  if (text === 'standard') return text
  return text.split(',').map((part) => {
    const delayMs = parseDelay(part)
    if (delayMs === null) {
      throw new InvalidArgumentError(`“${part}” is no delay. Give them like 0,5s,5m,2h, or standard.`)
    }
    return delayMs
  })
}

/** The text itself for `none`. */
const readJson = (text: string): unknown => {
  if (text === 'none') return text
  try {
    return JSON.parse(text, (key, value: unknown) => {
      // Parsing by a schema would leave it out without a word.
      if (key === '__proto__') throw new SyntaxError('__proto__ is no name')
      return value
    })
  } catch {
    throw new InvalidArgumentError('Give JSON, or none.')
  }
}

const readHeader = (text: string, before: readonly CustomHeader[] = []): readonly CustomHeader[] => {
  if (text === 'none') return before
  const [, name, value] = /^([^:]+):[ \t]*(.*)$/.exec(text) ?? []
  if (name === undefined || value === undefined) {
    throw new InvalidArgumentError('Give NAME: VALUE, or none.')
  }
  return [...before, { name: name.trim(), value }]
}

/** The flags of a webhook's settings, the same for every command that takes them. */
export const addSettingFlags = (command: Command): Command =>
  command
    .option('--timeout <time>', 'of one request, 1s to 30s', readTimeout)
    .option('--concurrency <number>', 'requests at once, 1 to 64', Number)
    .option(
      '--throttle <count/seconds>',
      'at most so many requests in so many seconds; none for no limit',
      readThrottle,
    )
    .option('--ordered', 'one delivery after the other, in the order of the events')
    .option('--no-ordered', 'as many at once as the concurrency allows')
    .option(
      '--schedule <delays>',
      'before each attempt: 0,5s,5m,2h; standard for the standard one',
      readSchedule,
    )
    .option('--condition <json>', 'only events like {"data.total":{"$gte":100}}; none for all', readJson)
    .option(
      '--shape <json>',
      'changes the body: {"steps":[{"kind":"pick","paths":["data.email"]}],"contentType":"json"}; none as it is',
      readJson,
    )
    .option(
      '--header <name: value>',
      'goes along with every request; may be repeated, takes the place of those before; none for none',
      readHeader,
    )

const orNull = (json: unknown): unknown => (json === 'none' ? null : json)

/** The flags as the contract takes them. Without one of the options there are none at all. */
export const settingsOf = (flags: SettingFlags) => {
  const options = {
    ...(flags.throttle !== undefined && {
      throttle: flags.throttle === 'none' ? null : flags.throttle,
    }),
    ...(flags.ordered !== undefined && { ordered: flags.ordered }),
    ...(flags.condition !== undefined && { condition: orNull(flags.condition) }),
    ...(flags.shape !== undefined && { shape: orNull(flags.shape) }),
    ...(flags.header !== undefined && { headers: flags.header }),
  }
  return {
    timeoutMs: flags.timeout,
    concurrency: flags.concurrency,
    scheduleMs: flags.schedule === 'standard' ? null : flags.schedule,
    options: Object.keys(options).length > 0 ? options : undefined,
  }
}

const scheduleText = (scheduleMs: readonly number[] | null): string => {
  const delays = (scheduleMs ?? standardScheduleMs).map(formatDelay).join(',')
  return scheduleMs === null ? `standard (${delays})` : delays
}

/** The settings as names and values; the values are those that the flags take. */
export const settingRows = ({ timeoutMs, concurrency, scheduleMs, options }: Webhook): [string, string][] => [
  ['timeout', formatDelay(timeoutMs)],
  ['concurrency', String(concurrency)],
  ['throttle', options.throttle ? `${options.throttle.count}/${options.throttle.seconds}` : 'none'],
  ['ordered', options.ordered ? 'yes' : 'no'],
  ['schedule', scheduleText(scheduleMs)],
  ['condition', options.condition ? JSON.stringify(options.condition) : 'none'],
  ['shape', options.shape ? JSON.stringify(options.shape) : 'none'],
  ['headers', options.headers.map(({ name, value }) => `${name}: ${value}`).join('; ') || 'none'],
  ['authentication', options.authentication.kind],
]
