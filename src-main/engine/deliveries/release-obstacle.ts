import type { Reader, WebhookRecord } from '#main/store/interface.ts'
import { resolveCapability } from '../access/capability.ts'
import { PatchbayError } from '../errors.ts'
import type { Toolbox } from '../parts.ts'
import { capabilityFacts, findGrounds } from '../suspension/powers.ts'

const conflict = (detail: string): PatchbayError => new PatchbayError('conflict', { detail })

/** Why nothing can be released for a webhook now: the condition that it is held for still holds. Null when it can. */
export const releaseObstacle = async (
  toolbox: Pick<Toolbox, 'plans' | 'clock' | 'delivery'>,
  read: Reader,
  webhook: WebhookRecord,
): Promise<PatchbayError | null> => {
  if (webhook.status !== 'active') return conflict(`The webhook is ${webhook.status}. Resume it first.`)
  if (!toolbox.delivery.reaches(webhook.url)) {
    return conflict('The machine is offline. What is held for that goes out by itself when it is back.')
  }
  return sendingObstacle(toolbox, read, webhook)
}

/** Why nothing of a webhook may be sent now, whatever its own state and wherever to. Null when it may. */
export const sendingObstacle = async (
  { plans, clock }: Pick<Toolbox, 'plans' | 'clock'>,
  read: Reader,
  { organizationId, occasionId }: Pick<WebhookRecord, 'organizationId' | 'occasionId'>,
): Promise<PatchbayError | null> => {
  const off = (await read.killSwitches.listOff(organizationId)).find(({ name }) => name === 'delivery')
  if (off !== undefined) {
    return new PatchbayError('switched_off', {
      detail: `Sending is switched off by ${off.by}: ${off.reason}.`,
    })
  }
  const grounds = await findGrounds(read, organizationId)
  if (grounds === null) return null
  const { granted } = resolveCapability('webhooks', capabilityFacts(grounds, occasionId, { plans, clock }))
  return granted
    ? null
    : new PatchbayError('capability_missing', { detail: 'Webhooks are not included here.' })
}

/**
 * Whether work that meets this obstacle waits, and goes on by itself: the network comes back and the switch is put on
 * again without a thought of it. Of an active webhook nothing but the network is a conflict.
 */
export const passesByItself = ({ status }: Pick<WebhookRecord, 'status'>, { code }: PatchbayError): boolean =>
  code === 'switched_off' || (code === 'conflict' && status === 'active')

/** What work that runs waits for, as a sentence. Null when it goes on, and when a person has to put something right. */
export const waitsFor = (
  webhook: Pick<WebhookRecord, 'status'>,
  obstacle: PatchbayError | null,
): string | null => (obstacle !== null && passesByItself(webhook, obstacle) ? obstacle.message : null)
