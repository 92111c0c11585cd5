import type { ConsoleContract } from '#contract/console.ts'
import type { Overview } from '#contract/settings.ts'
import type { AttemptSum, LastError, Reader } from '#main/store/interface.ts'
import { firstIdAt } from '../ids.ts'
import type { Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'

const hourMs = 3_600_000

/** How the ranges are cut: buckets of whole hours, aligned in UTC, of which the last is the present one. */
const ranges = {
  '24h': { bucketMs: hourMs, count: 24 },
  '7d': { bucketMs: 6 * hourMs, count: 28 },
  '30d': { bucketMs: 24 * hourMs, count: 30 },
} as const

const failingMax = 10

interface Sum {
  readonly delivered: number
  readonly failed: number
}

const sumOf = (sums: readonly Sum[]): Sum => ({
  delivered: sums.reduce((total, { delivered }) => total + delivered, 0),
  failed: sums.reduce((total, { failed }) => total + failed, 0),
})

const toBuckets = (
  sums: readonly AttemptSum[],
  { since, bucketMs, count }: { since: number; bucketMs: number; count: number },
): Overview['buckets'] => {
  const byStart = Map.groupBy(sums, ({ startsAt }) => startsAt)
  return Array.from({ length: count }, (_, index) => {
    const startsAt = since + index * bucketMs
    return { startsAt, ...sumOf(byStart.get(startsAt) ?? []) }
  })
}

const errorText = (error: LastError | null): string | null =>
  error?.errorClass === 'http' && error.statusCode !== null
    ? `HTTP ${error.statusCode}`
    : (error?.errorClass ?? null)

/** The webhooks with the most failed attempts, most first. */
const findFailing = async (read: Reader, sums: readonly AttemptSum[]): Promise<Overview['failing']> => {
  const failing = [...Map.groupBy(sums, ({ webhookId }) => webhookId)]
    .map(([webhookId, ofWebhook]) => ({ webhookId, ...sumOf(ofWebhook) }))
    .filter(({ failed }) => failed > 0)
  const present = new Map(
    (await read.webhooks.getMany(failing.map(({ webhookId }) => webhookId))).map((one) => [one.id, one]),
  )
  const shown = failing
    .flatMap(({ webhookId, delivered, failed }) => {
      const webhook = present.get(webhookId)
      if (webhook === undefined) return []
      return [{ webhookId, name: webhook.name, url: webhook.url, attempts: delivered + failed, failed }]
    })
    .sort((one, other) => other.failed - one.failed || one.webhookId.localeCompare(other.webhookId))
    .slice(0, failingMax)
  return Promise.all(
    shown.map(async (webhook) => ({
      ...webhook,
      lastError: errorText(await read.overview.readLastError(webhook.webhookId)),
    })),
  )
}

export const createOverview = ({
  store: { read },
  clock,
  access,
}: Toolbox): Operations<ConsoleContract['overview']> => ({
  async get(caller, { organizationId, occasionId = null, range }) {
    await access.require(caller, 'events.view', { organizationId, occasionId })
    const now = clock.now()
    const { bucketMs, count } = ranges[range]
    const since = now - (now % bucketMs) - (count - 1) * bucketMs
    const query = { organizationId, occasionId, since }
    const sums = await read.overview.sumAttempts({ ...query, bucketMs })
    const notDelivered = await read.overview.countDeliveries({ ...query, sinceId: firstIdAt('dlv', since) })
    return {
      since,
      bucketMs,
      buckets: toBuckets(sums, { since, bucketMs, count }),
      eventsAccepted: await read.overview.countEvents(query),
      deliveries: { ...notDelivered, delivered: sumOf(sums).delivered },
      activeWebhooks: await read.overview.countActiveWebhooks(query),
      activeApiKeys: await read.overview.countActiveApiKeys(organizationId, now),
      latencyMs: await read.overview.readLatency(query),
      failing: await findFailing(read, sums),
    }
  },
})
