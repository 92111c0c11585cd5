import { impactCallersMax } from '#contract/api-keys.ts'
import type { ConsoleContract } from '#contract/console.ts'
import type { Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'
import { requireKey, requireKeys } from './manage.ts'
import { dayMs, hourMs } from './uses.ts'
import { toApiKey } from './view.ts'

/** How the ranges are cut: whole hours or days, aligned in UTC, of which the last is the present one. */
const ranges = {
  '24h': { bucketMs: hourMs, count: 24 },
  '7d': { bucketMs: dayMs, count: 7 },
  '30d': { bucketMs: dayMs, count: 30 },
} as const

const impactDays = 30

const startOf = (now: number, bucketMs: number, count: number): number =>
  now - (now % bucketMs) - (count - 1) * bucketMs

/** How much a key is used, and by whom. */
export const createUsage = (
  toolbox: Toolbox,
): Pick<Operations<ConsoleContract['apiKeys']>, 'usage' | 'impact'> => {
  const { store, clock } = toolbox
  return {
    async usage(caller, { range, ...input }) {
      const { id: apiKeyId } = await requireKey(toolbox, caller, 'api_keys.view', input)
      const { bucketMs, count } = ranges[range]
      const since = startOf(clock.now(), bucketMs, count)
      const sums = await store.read.apiKeys.sumCalls({ apiKeyId, since, bucketMs })
      const byStart = new Map(sums.map(({ startsAt, ...counts }) => [startsAt, counts]))
      const buckets = Array.from({ length: count }, (_, index) => {
        const startsAt = since + index * bucketMs
        return { startsAt, ...(byStart.get(startsAt) ?? { calls: 0, refused: 0 }) }
      })
      return {
        since,
        bucketMs,
        buckets,
        calls: buckets.reduce((sum, { calls }) => sum + calls, 0),
        refused: buckets.reduce((sum, { refused }) => sum + refused, 0),
      }
    },

    async impact(caller, input) {
      const found = await requireKeys(toolbox, caller, 'api_keys.view', input)
      const now = clock.now()
      const since = startOf(now, dayMs, impactDays)
      const keys = await Promise.all(
        found.map(async (key) => {
          const query = { apiKeyId: key.id, sinceDay: since, limit: impactCallersMax }
          const { callers, total } = await store.read.apiKeys.findCallers(query)
          const { calls, refused, lastAt } = total
          return { key: toApiKey(key, now), calls, refused, lastAt, callers, callersTotal: total.callers }
        }),
      )
      return { since, keys }
    },
  }
}
