import { callersPerDayMax, otherCallers } from '#contract/api-keys.ts'
import type { ApiKeyCalls, ApiKeyUse, CallCounts, CallerCounts } from '#main/store/interface.ts'
import type { Toolbox } from '../parts.ts'

export const hourMs = 3_600_000
export const dayMs = 24 * hourMs
/** The uses of one key are written no more often than this, ms. */
const writeEveryMs = 60_000

/** Where a key is used: the caller's address and the route, without anything of the request in it. */
export interface UseOfKey {
  readonly address: string | null
  readonly route: string
}

/** What is remembered of one key until it is written. */
interface Pending {
  last: ApiKeyUse | null
  readonly hours: Map<number, CallCounts>
  readonly callers: Map<string, CallerCounts & { day: number }>
  /** Where the latest call was counted: mostly the next one is by the same caller in the same hour. */
  latest: { readonly hour: number; readonly counts: CallCounts; readonly caller: CallerCounts } | null
}

export interface KeyUses {
  /** One call. `usable`: the key itself was let pass, so that this is its last use. */
  count(keyId: string, use: UseOfKey, usable: boolean): void
  /** The access rules refused a call that was counted as usable. */
  countRefusal(keyId: string, use: UseOfKey): void
  /** Writes what was not written in the last minute. */
  flush(): Promise<void>
  /** Writes everything. */
  flushAll(): Promise<void>
}

/** Adds to what is known, or remembers the counts themselves. @returns what is known now. */
const add = <Key, Counts extends CallCounts>(sums: Map<Key, Counts>, key: Key, counts: Counts): Counts => {
  const known = sums.get(key)
  if (known === undefined) {
    sums.set(key, counts)
    return counts
  }
  known.calls += counts.calls
  known.refused += counts.refused
  return known
}

type Place = Pick<CallerCounts, 'route' | 'address'>
type TimedCounts = CallCounts & { readonly at: number }

/** Adds to where the latest call was counted, if this one belongs there. @returns whether it does. */
const addToLatest = (
  { latest }: Pending,
  { route, address }: Place,
  { at, calls, refused }: TimedCounts,
): boolean => {
  if (latest === null || latest.hour !== at - (at % hourMs)) return false
  const { counts, caller } = latest
  if (caller.route !== route || caller.address !== address) return false
  counts.calls += calls
  counts.refused += refused
  caller.calls += calls
  caller.refused += refused
  caller.lastAt = at
  return true
}

const addTo = (pending: Pending, { route, address }: Place, { at, ...counts }: TimedCounts): void => {
  const { hours, callers } = pending
  const hour = at - (at % hourMs)
  const hourCounts = add(hours, hour, counts)
  const day = at - (at % dayMs)
  const name = `${day}\n${route}\n${address}`
  const fits = callers.has(name) || callers.size < callersPerDayMax
  const caller = fits ? { route, address } : { route: otherCallers, address: otherCallers }
  const place = fits ? name : `${day}\n${otherCallers}`
  const callerCounts = add(callers, place, { ...caller, ...counts, day, lastAt: at })
  callerCounts.lastAt = at
  pending.latest = fits ? { hour, counts: hourCounts, caller: callerCounts } : null
}

const countIn = (pending: Pending, place: Place, counts: TimedCounts): void => {
  if (!addToLatest(pending, place, counts)) addTo(pending, place, counts)
}

/** What could not be written joins what came since. */
const rejoin = (failed: Pending, since: Pending | undefined): Pending => {
  if (since === undefined) return failed
  for (const [hour, counts] of since.hours) add(failed.hours, hour, counts)
  for (const [name, counts] of since.callers) add(failed.callers, name, counts).lastAt = counts.lastAt
  failed.last = since.last ?? failed.last
  return failed
}

const toCalls = ([id, { hours, callers }]: readonly [string, Pending]): ApiKeyCalls => ({
  id,
  hours: [...hours].map(([hour, counts]) => ({ hour, ...counts })),
  callers: [...callers.values()],
})

/** Counts the uses of keys in memory and writes them in groups: a request costs no write. */
export const createKeyUses = ({ store, clock }: Toolbox): KeyUses => {
  const pending = new Map<string, Pending>()
  const writtenAt = new Map<string, number>()

  const pendingOf = (keyId: string): Pending => {
    const known = pending.get(keyId)
    if (known !== undefined) return known
    const fresh: Pending = { last: null, hours: new Map(), callers: new Map(), latest: null }
    pending.set(keyId, fresh)
    return fresh
  }

  const write = async (due: readonly (readonly [string, Pending])[]): Promise<void> => {
    if (due.length === 0) return
    for (const [id] of due) pending.delete(id)
    try {
      await store.write(async (writer) => {
        await writer.apiKeys.recordUses(due.flatMap(([, { last }]) => (last === null ? [] : [last])))
        await writer.apiKeys.addCalls(due.map(toCalls))
      })
    } catch (error) {
      for (const [id, failed] of due) pending.set(id, rejoin(failed, pending.get(id)))
      throw error
    }
    const now = clock.now()
    for (const [id] of due) writtenAt.set(id, now)
  }

  return {
    count(keyId, { address, route }, usable) {
      const at = clock.now()
      const of = pendingOf(keyId)
      if (usable) of.last = { id: keyId, at, address, route }
      countIn(of, { route, address: address ?? '' }, { at, calls: 1, refused: usable ? 0 : 1 })
    },
    countRefusal(keyId, { address, route }) {
      countIn(pendingOf(keyId), { route, address: address ?? '' }, { at: clock.now(), calls: 0, refused: 1 })
    },
    async flush() {
      const now = clock.now()
      for (const [id, at] of writtenAt) if (now - at >= writeEveryMs) writtenAt.delete(id)
      const due = [...pending].filter(([id]) => !writtenAt.has(id))
      if (due.length === 0) return
      await write(due)
    },
    flushAll: () => write([...pending]),
  }
}
