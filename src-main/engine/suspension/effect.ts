import {
  type CapabilityEffect,
  type CapabilityTurn,
  type ConcernedWebhook,
  concernedWebhooksMax,
} from '#contract/organizations.ts'
import { openCountMax } from '#contract/settings.ts'
import { type Capability, capabilities } from '#contract/vocabulary.ts'
import type { Reader, WebhookRecord } from '#main/store/interface.ts'
import type { Toolbox } from '../parts.ts'
import { type Grounds, has, type Powers, powersOf } from './powers.ts'
import { unsendable } from './suspension.ts'

const turnsFrom = (before: Powers, after: Powers): CapabilityTurn[] => {
  const turn = (capability: Capability): CapabilityTurn => {
    const places = [...after.keys()].filter(
      (place) => has(after, place, capability) && !has(before, place, capability),
    )
    const organization = places.includes(null)
    return { capability, organization, occasions: places.length - (organization ? 1 : 0) }
  }
  return capabilities.map(turn).filter(({ organization, occasions }) => organization || occasions > 0)
}

const toConcerned = (webhooks: readonly WebhookRecord[], { occasions }: Grounds) => {
  const names = new Map(occasions.map(({ id, name }) => [id, name]))
  return {
    total: webhooks.length,
    items: webhooks.slice(0, concernedWebhooksMax).map(
      ({ id, name, url, occasionId }): ConcernedWebhook => ({
        id,
        name,
        url,
        occasionId,
        occasionName: occasionId === null ? null : (names.get(occasionId) ?? null),
      }),
    ),
  }
}

/** What waits and may not leave then: for webhooks that are suspended, and for events of occasions that may send nothing. */
const countHeld = async (
  read: Reader,
  webhooks: readonly WebhookRecord[],
  after: Powers,
): Promise<number> => {
  let count = 0
  for (const webhook of webhooks) {
    const suspends = webhook.status === 'active' && !has(after, webhook.occasionId, 'webhooks')
    const then = suspends ? { ...webhook, status: 'suspended' as const } : webhook
    for (const { of, reason } of unsendable(then, after)) {
      if (reason !== 'suspended') continue
      count += await read.webhookDeliveries.countWaiting(of, openCountMax - count)
      if (count === openCountMax) return count
    }
  }
  return count
}

/** What follows when the grounds change. It is told before it is done, and told the same when it is. */
export const readEffect = async (
  read: Reader,
  rules: Pick<Toolbox, 'plans' | 'clock'>,
  { from, to }: { from: Grounds; to: Grounds },
): Promise<CapabilityEffect> => {
  const { id } = from.organization
  const before = powersOf(from, rules)
  const after = powersOf(to, rules)
  const lost = turnsFrom(after, before)
  const losesApi = lost.some(({ capability }) => capability === 'api_access')
  const active = await read.webhooks.listOfStatus(id, 'active')
  const suspended = await read.webhooks.listOfStatus(id, 'suspended')
  const replaying = await read.webhooks.listReplaying(id)
  const others = replaying.filter(({ status }) => status !== 'active' && status !== 'suspended')
  return {
    gained: turnsFrom(before, after),
    lost,
    suspendedWebhooks: toConcerned(
      active.filter(({ occasionId }) => !has(after, occasionId, 'webhooks')),
      to,
    ),
    heldDeliveries: await countHeld(read, [...active, ...suspended, ...others], after),
    affectedApiKeys: losesApi ? await read.overview.countActiveApiKeys(id, rules.clock.now()) : 0,
    resumableWebhooks: toConcerned(
      suspended.filter(
        ({ occasionId }) => has(after, occasionId, 'webhooks') && !has(before, occasionId, 'webhooks'),
      ),
      to,
    ),
  }
}
