import type { ConsoleContract } from '#contract/console.ts'
import type { Overview } from '#contract/settings.ts'
import type { FailingWebhook } from '#main/store/interface.ts'
import { firstIdAt } from '../ids.ts'
import type { Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'

const hourMs = 3_600_000

/** How the ranges are cut: buckets of whole hours, aligned in UTC, of which the last is the present one. */
const ranges = {
  '24h': { bucketMs: hourMs, buckets: 24 },
  '7d': { bucketMs: 6 * hourMs, buckets: 28 },
  '30d': { bucketMs: 24 * hourMs, buckets: 30 },
} as const

const failingMax = 10

const errorText = ({ lastErrorClass, lastStatusCode }: FailingWebhook): string | null =>
  lastErrorClass === 'http' && lastStatusCode !== null ? `HTTP ${lastStatusCode}` : lastErrorClass

const toFailing = (webhook: FailingWebhook): Overview['failing'][number] => ({
  webhookId: webhook.webhookId,
  name: webhook.name,
  url: webhook.url,
  attempts: webhook.attempts,
  failed: webhook.failed,
  lastError: errorText(webhook),
})

export const createOverview = ({
  store,
  clock,
  access,
}: Toolbox): Operations<ConsoleContract['overview']> => ({
  async get(caller, { organizationId, occasionId = null, range }) {
    await access.require(caller, 'events.view', { organizationId, occasionId })
    const now = clock.now()
    const { bucketMs, buckets } = ranges[range]
    const since = now - (now % bucketMs) - (buckets - 1) * bucketMs
    const query = { organizationId, occasionId, since }
    const { overview } = store.read
    const known = new Map(
      (await overview.listBuckets({ ...query, bucketMs })).map((bucket) => [bucket.startsAt, bucket]),
    )
    return {
      since,
      bucketMs,
      buckets: Array.from({ length: buckets }, (_, index) => {
        const startsAt = since + index * bucketMs
        return known.get(startsAt) ?? { startsAt, delivered: 0, failed: 0 }
      }),
      eventsAccepted: await overview.countEvents(query),
      deliveries: await overview.countDeliveries({ ...query, sinceId: firstIdAt('dlv', since) }),
      activeWebhooks: await overview.countActiveWebhooks(query),
      activeApiKeys: await overview.countActiveApiKeys(organizationId, now),
      latencyMs: await overview.readLatency(query),
      failing: (await overview.listFailing({ ...query, limit: failingMax })).map(toFailing),
    }
  },
})
