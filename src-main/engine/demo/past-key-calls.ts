import type { ApiKeyCalls } from '#main/store/interface.ts'
import type { Chance } from './chance.ts'
import type { PastApiKey, PastOrganization } from './past-organization.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

interface Call {
  readonly at: number
  readonly route: string
  readonly refused: boolean
}

/** Looks at deliveries in the hours of work, and what a revoked or expired key is still used for. */
const otherCalls = (
  { record, plan }: PastApiKey,
  chance: Chance,
  { from, now }: { from: number; now: number },
) => {
  const endedAt = record.revokedAt ?? record.expiresAt ?? now
  const calls: Call[] = []
  if (plan.sends.length === 0 && record.revokedAt === null) return calls
  for (let day = from - (from % dayMs); day < now; day += dayMs) {
    const count = day > endedAt ? 3 + chance.below(4) : 1 + chance.below(5)
    for (let made = 0; made < count; made += 1) {
      const at = day + Math.floor((7 + chance.next() * 12) * hourMs)
      if (at <= record.createdAt || at >= now) continue
      calls.push({
        at,
        route: at > endedAt ? 'POST /v1/events' : 'GET /v1/deliveries',
        refused: at > endedAt,
      })
    }
  }
  return calls
}

const sumOf = (calls: readonly Call[]) => ({
  calls: calls.length,
  refused: calls.filter(({ refused }) => refused).length,
})

const callsOf = ({ record, plan }: PastApiKey, calls: readonly Call[]): ApiKeyCalls => ({
  id: record.id,
  hours: [...Map.groupBy(calls, ({ at }) => at - (at % hourMs))].map(([hour, ofHour]) => ({
    hour,
    ...sumOf(ofHour),
  })),
  callers: [...Map.groupBy(calls, ({ at }) => at - (at % dayMs))].flatMap(([day, ofDay]) =>
    [...Map.groupBy(ofDay, ({ route }) => route)].map(([route, ofRoute]) => ({
      day,
      route,
      address: plan.address ?? '',
      ...sumOf(ofRoute),
      lastAt: Math.max(...ofRoute.map(({ at }) => at)),
    })),
  ),
})

/** The calls by which the events of an organization came in, and those that only looked or were refused. */
export const pastKeyCalls = (
  { apiKeys, events }: PastOrganization,
  chance: Chance,
  range: { from: number; now: number },
): ApiKeyCalls[] => {
  const sent = Map.groupBy(events, ({ apiKeyId }) => apiKeyId)
  return apiKeys.flatMap((key) => {
    const accepted = (sent.get(key.record.id) ?? []).map(
      ({ acceptedAt }): Call => ({ at: acceptedAt, route: 'POST /v1/events', refused: false }),
    )
    const calls = [...accepted, ...otherCalls(key, chance, range)]
    return calls.length === 0 ? [] : [callsOf(key, calls)]
  })
}
