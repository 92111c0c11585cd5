import type { Chance } from './chance.ts'
import type { DemoDefinition } from './definition.ts'

const dayMs = 24 * 3_600_000

/** What the data of an event tells of. */
export interface EventSubject {
  /** When it happened. Unix ms. */
  readonly at: number
  readonly occasion: { readonly name: string; readonly venue: string } | null
  /** Words of the examples, with what stands for them at the occasion. */
  readonly words: Readonly<Record<string, string>>
  readonly guest: { readonly firstName: string; readonly lastName: string; readonly company: string }
}

export const pickGuest = (guests: DemoDefinition['guests'], chance: Chance): EventSubject['guest'] => ({
  firstName: chance.pick(guests.firstNames),
  lastName: chance.pick(guests.lastNames),
  company: chance.pick(guests.companies),
})

/** ISO 8601 without ms, as the examples have it. */
const timeText = (at: number): string => new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z')

const emailOf = ({ firstName, lastName, company }: EventSubject['guest']): string =>
  `${firstName}.${lastName}@${company.replace(/[^A-Za-z]/g, '')}.example`.toLowerCase()

/** Times that lie ahead of what happened; all others are the time at which it did. */
const ahead: ReadonlyMap<string, number> = new Map([
  ['payUntil', 7 * dayMs],
  ['respondBy', 14 * dayMs],
  ['retryAt', dayMs / 4],
])
/** Of the occasion or session itself: they stay. */
const fixedTimes = new Set(['startsAt', 'endsAt', 'previousStartsAt'])

const isoTime = /^\d{4}-\d{2}-\d{2}T/
const numberedIds = /\b[A-Z]{1,2}-\d+\b/g
const numberedThing = /^([a-z]+)-(\d+)$/

/** Turns each id of the examples into another one: the same everywhere in the data of an event. */
const createIdChange = (chance: Chance) => {
  const changed = new Map<string, string>()
  return (text: string): string =>
    text.replace(numberedIds, (id) => {
      const known = changed.get(id) ?? `${id.slice(0, id.indexOf('-'))}-${1_000 + chance.below(8_000)}`
      changed.set(id, known)
      return known
    })
}

interface Variation {
  readonly subject: EventSubject
  readonly chance: Chance
  changeIds(text: string): string
}

const varyText = (name: string, text: string, { subject, chance, changeIds }: Variation): string => {
  const { guest, at, words } = subject
  if (isoTime.test(text)) {
    return fixedTimes.has(name) ? text : timeText(at + (ahead.get(name) ?? 0))
  }
  const [, thing, digits] = numberedThing.exec(text) ?? []
  if (thing !== undefined && digits !== undefined) {
    return `${thing}-${String(1 + chance.below(6)).padStart(digits.length, '0')}`
  }
  switch (name) {
    case 'email':
    case 'toEmail':
      return emailOf(guest)
    case 'firstName':
    case 'lastName':
    case 'company':
      return guest[name]
    default:
      return changeIds(words[text] ?? text)
  }
}

const vary = (name: string, value: unknown, variation: Variation): unknown => {
  if (typeof value === 'string') return varyText(name, value, variation)
  if (Array.isArray(value)) return value.map((item: unknown) => vary(name, item, variation))
  if (typeof value !== 'object' || value === null) return value
  return varyObject(value, variation)
}

const varyObject = (example: object, variation: Variation): Record<string, unknown> => {
  const data: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(example)) data[name] = vary(name, value, variation)
  if ('email' in example && 'name' in example) {
    const { firstName, lastName } = variation.subject.guest
    data.name = `${firstName} ${lastName}`
  }
  return data
}

/** Data in the form of an example of its event type, about somebody and something else. */
export const eventData = (
  type: string,
  example: Record<string, unknown>,
  subject: EventSubject,
  chance: Chance,
): Record<string, unknown> => {
  const data = varyObject(example, { subject, chance, changeIds: createIdChange(chance) })
  if (!type.startsWith('occasion.') || subject.occasion === null) return data
  const { name, venue } = subject.occasion
  return { ...data, name, ...('venue' in data && { venue }) }
}
