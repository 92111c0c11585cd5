import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { isAction } from '#contract/actions.ts'
import { inputWith, type Procedure, procedures } from './contract-walk.ts'
import { missingId, namesThing, onlyReads } from './harmless-calls.ts'
import { large, makeLargeOrganization } from './large-organization.ts'
import { type SeededHost, startSeededHost } from './seeded-host.ts'

/** Nobody waits longer for a list. */
const limitMs = 100
const perPage = 200
const pagesMax = 100

let host: SeededHost
let organizationId: string
let cookie: string

beforeAll(async () => {
  host = await startSeededHost()
  organizationId = await makeLargeOrganization(host)
  const { id } = await host.world.person(organizationId, { platformAdmin: true })
  cookie = await host.signIn(id)
}, 120_000)
afterAll(() => host?.stop())

/** Of this thread, which is the host's and the caller's. What else the machine does meanwhile does not count. */
const processorMs = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

const call = async (procedure: Procedure, input: unknown): Promise<{ value: unknown; ms: number }> => {
  const startedAt = processorMs()
  const answer = await host.wire.console(cookie, procedure.where, input)
  const ms = processorMs() - startedAt
  if (!answer.answered) throw new Error(`${procedure.where} was refused: ${JSON.stringify(answer.problem)}`)
  return { value: answer.value, ms }
}

/** The middle of three calls, after one that nobody measures: caches fill, and code is compiled. */
const usualMs = async (procedure: Procedure, input: unknown): Promise<number> => {
  await call(procedure, input)
  const times: number[] = []
  for (let run = 0; run < 3; run += 1) times.push((await call(procedure, input)).ms)
  return times.toSorted((one, other) => one - other)[1] ?? Number.NaN
}

const inputOf = (procedure: Procedure): Record<string, unknown> =>
  inputWith(procedure, (prefix) => (prefix === 'org' ? organizationId : missingId(prefix)))

const fieldsOf = ({ input }: Procedure) =>
  input === null ? {} : (z.toJSONSchema(input, { io: 'input' }).properties ?? {})

const isList = (procedure: Procedure): boolean => {
  const { cursor, limit } = fieldsOf(procedure)
  return cursor !== undefined && limit !== undefined && !namesThing(procedure)
}

const valuesMax = 10
const ends = <T>(values: readonly T[]): T[] =>
  values.length > valuesMax ? [...values.slice(0, 1), ...values.slice(-1)] : [...values]

/** Every filter by itself: all that it can be, or a text that is found everywhere and one that is found nowhere. */
const filtersOf = (procedure: Procedure): Record<string, unknown>[] => {
  const base = inputOf(procedure)
  const filters = Object.entries(fieldsOf(procedure)).flatMap(([name, field]): Record<string, unknown>[] => {
    if (name in base || name === 'cursor' || name === 'limit' || typeof field === 'boolean') return []
    if (field.enum !== undefined) return ends(field.enum).map((value) => ({ [name]: value }))
    if (field.type === 'boolean') return [{ [name]: true }]
    if (field.type !== 'string' || field.pattern !== undefined) return []
    return [{ [name]: 'e' }, { [name]: 'nowhere at all' }]
  })
  return [{}, ...filters]
}

const pageSchema = z.object({ items: z.array(z.unknown()), nextCursor: z.string().nullable() })

/** Reads all pages. @returns everything, and the longest that a page took. */
const readAll = async (procedure: Procedure, input: Record<string, unknown>) => {
  const items: unknown[] = []
  let longestMs = 0
  let cursor: string | undefined
  for (let pages = 0; pages < pagesMax; pages += 1) {
    const { value, ms } = await call(procedure, { ...input, limit: perPage, cursor })
    const page = pageSchema.parse(value)
    items.push(...page.items)
    longestMs = Math.max(longestMs, ms)
    if (page.nextCursor === null) return { items, longestMs }
    cursor = page.nextCursor
  }
  throw new Error(`${procedure.where} has no end.`)
}

/** Of the lists whose length is known. */
const lengths: Readonly<Record<string, number>> = {
  'apiKeys.list': large.keys,
  // And whoever reads them.
  'users.list': large.users + 1,
  'access.matrix': large.users + 1,
  'occasions.list': large.occasions * (3 / 4),
  'platform.occasions': large.occasions,
  'webhooks.list': large.webhooks,
  'platform.webhooks': large.webhooks,
}

describe('a list of a large organization opens, filters and pages at once', () => {
  test.each(procedures.filter(isList))(
    '$where',
    async (procedure) => {
      const slow: unknown[] = []
      for (const filter of filtersOf(procedure)) {
        const input = { ...inputOf(procedure), ...filter }
        const firstMs = await usualMs(procedure, { ...input, limit: perPage })
        const { longestMs } = await readAll(procedure, input)
        if (firstMs >= limitMs || longestMs >= limitMs) slow.push({ filter, firstMs, longestMs })
      }
      expect(slow).toEqual([])
    },
    60_000,
  )

  test('and is whole: each of its items is on one page', async () => {
    for (const [where, length] of Object.entries(lengths)) {
      const procedure = procedures.find((one) => one.where === where)
      if (procedure === undefined) throw new Error(`There is no ${where}.`)
      const { items } = await readAll(procedure, inputOf(procedure))
      expect([where, items.length]).toEqual([where, length])
      expect(new Set(items.map((item) => JSON.stringify(item))).size).toBe(length)
    }
  }, 60_000)
})

describe('everything else that a large organization is asked about is answered at once', () => {
  const others = procedures.filter(
    (one) => isAction(one.access) && onlyReads.test(one.access) && !namesThing(one) && !isList(one),
  )
  const ofPerson = procedures.filter(({ where }) =>
    ['session.current', 'access.mine', 'status.get'].includes(where),
  )

  test.each([...others, ...ofPerson])('$where', async (procedure) => {
    expect(await usualMs(procedure, inputOf(procedure))).toBeLessThan(limitMs)
  })
})
