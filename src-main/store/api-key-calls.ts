import { sql } from 'kysely'
import { callersPerDayMax, otherCallers } from '#contract/api-keys.ts'
import type { ReadContext, WriteContext } from './context.ts'

export interface CallCounts {
  calls: number
  /** Of these, those that were refused. */
  refused: number
}

/** Calls by route and address. */
export interface CallerCounts extends CallCounts {
  route: string
  address: string
  lastAt: number
}

/** The calls with one key that were not written yet. */
export interface ApiKeyCalls {
  id: string
  /** By the start of the hour (Unix ms). */
  hours: readonly (CallCounts & { hour: number })[]
  /** By the start of the day in UTC (Unix ms). */
  callers: readonly (CallerCounts & { day: number })[]
}

export interface ApiKeyCallReader {
  /** By bucket of `bucketMs`, of the hours that started at `since` or later; only where there were any. */
  sumCalls(query: {
    apiKeyId: string
    since: number
    bucketMs: number
  }): Promise<(CallCounts & { startsAt: number })[]>
  /** Everybody who called since a day, the most calls first; all together in `total`. */
  findCallers(query: {
    apiKeyId: string
    sinceDay: number
    limit: number
  }): Promise<{ callers: CallerCounts[]; total: CallCounts & { callers: number; lastAt: number | null } }>
}
export interface ApiKeyCallWriter extends ApiKeyCallReader {
  /** Adds to what is known. Of one key and day, the callers beyond `callersPerDayMax` become one. */
  addCalls(calls: readonly ApiKeyCalls[]): Promise<void>
}

export const apiKeyCallReader = ({ db }: ReadContext): ApiKeyCallReader => ({
  async sumCalls({ apiKeyId, since, bucketMs }) {
    return db
      .selectFrom('api_key_hours')
      .select(({ fn }) => [
        sql<number>`hour - hour % ${bucketMs}`.as('startsAt'),
        fn.sum<number>('calls').as('calls'),
        fn.sum<number>('refused').as('refused'),
      ])
      .where('api_key_id', '=', apiKeyId)
      .where('hour', '>=', since)
      .groupBy('startsAt')
      .orderBy('startsAt')
      .execute()
  },
  async findCallers({ apiKeyId, sinceDay, limit }) {
    const callers = await db
      .selectFrom('api_key_callers')
      .select(({ fn }) => [
        'route',
        'address',
        fn.sum<number>('calls').as('calls'),
        fn.sum<number>('refused').as('refused'),
        fn.max<number>('last_at').as('lastAt'),
      ])
      .where('api_key_id', '=', apiKeyId)
      .where('day', '>=', sinceDay)
      .groupBy(['route', 'address'])
      .orderBy('calls', 'desc')
      .orderBy('lastAt', 'desc')
      .execute()
    const sumOf = (name: 'calls' | 'refused') => callers.reduce((sum, caller) => sum + caller[name], 0)
    const lastAt = callers.reduce<number | null>((latest, one) => Math.max(latest ?? 0, one.lastAt), null)
    return {
      callers: callers.slice(0, limit),
      total: { callers: callers.length, calls: sumOf('calls'), refused: sumOf('refused'), lastAt },
    }
  },
})

const nameOf = ({ route, address }: Pick<CallerCounts, 'route' | 'address'>): string => `${route}\n${address}`

export const apiKeyCallWriter = (context: WriteContext): ApiKeyCallWriter => {
  const { db, changed } = context

  const addHour = (id: string, { hour, calls, refused }: ApiKeyCalls['hours'][number]) =>
    db
      .insertInto('api_key_hours')
      .values({ api_key_id: id, hour, calls, refused })
      .onConflict((conflict) =>
        conflict.columns(['api_key_id', 'hour']).doUpdateSet({
          calls: sql`api_key_hours.calls + excluded.calls`,
          refused: sql`api_key_hours.refused + excluded.refused`,
        }),
      )
      .execute()

  const addCaller = (id: string, { day, route, address, ...counts }: ApiKeyCalls['callers'][number]) =>
    db
      .insertInto('api_key_callers')
      .values({
        api_key_id: id,
        day,
        route,
        address,
        calls: counts.calls,
        refused: counts.refused,
        last_at: counts.lastAt,
      })
      .onConflict((conflict) =>
        conflict.columns(['api_key_id', 'day', 'route', 'address']).doUpdateSet({
          calls: sql`api_key_callers.calls + excluded.calls`,
          refused: sql`api_key_callers.refused + excluded.refused`,
          last_at: sql`max(api_key_callers.last_at, excluded.last_at)`,
        }),
      )
      .execute()

  /** The callers of a day that are told by name; one more stands for all the others. */
  const namedCallers = async (id: string, day: number): Promise<Set<string>> => {
    const rows = await db
      .selectFrom('api_key_callers')
      .select(['route', 'address'])
      .where('api_key_id', '=', id)
      .where('day', '=', day)
      .execute()
    return new Set(rows.map(nameOf))
  }

  const addCallers = async (id: string, day: number, callers: ApiKeyCalls['callers']): Promise<void> => {
    const known = await namedCallers(id, day)
    for (const caller of callers) {
      const name = nameOf(caller)
      const fits = known.has(name) || known.size < callersPerDayMax
      await addCaller(id, fits ? caller : { ...caller, route: otherCallers, address: otherCallers })
      if (fits) known.add(name)
    }
  }

  return {
    ...apiKeyCallReader(context),
    async addCalls(calls) {
      for (const { id, hours, callers } of calls) {
        for (const hour of hours) await addHour(id, hour)
        for (const [day, ofDay] of Map.groupBy(callers, (caller) => caller.day)) {
          await addCallers(id, day, ofDay)
        }
      }
      changed('api_key_uses')
    },
  }
}
