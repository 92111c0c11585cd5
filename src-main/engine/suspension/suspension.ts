import type { HeldReason } from '#contract/vocabulary.ts'
import type { WaitingDeliveries, WebhookRecord, Writer } from '#main/store/interface.ts'
import { heldByStatus } from '../deliveries/birth.ts'
import type { Caller } from '../operation.ts'
import type { Toolbox } from '../parts.ts'
import { allIds, runEach } from '../run-all.ts'
import { audited } from '../webhooks/view.ts'
import { findGrounds, has, type Powers, powersOf, readGrounds, suspendedOccasions } from './powers.ts'

/** So many deliveries are held in one transaction: others write in between. */
export const stepSize = 1_000
const endedRead = 100

/**
 * Inside the transaction that takes a capability away: the active webhooks that are without it become suspended.
 * Their secrets stay. Nothing ever resumes by itself: when the capability is back, a person resumes them.
 */
export const suspendWebhooks = async (
  { clock, plans, audit }: Toolbox,
  writer: Writer,
  { caller, organizationId }: { caller: Caller | 'program'; organizationId: string },
): Promise<void> => {
  const powers = powersOf(await readGrounds(writer, organizationId), { clock, plans })
  for (const webhook of await writer.webhooks.listOfStatus(organizationId, 'active')) {
    if (has(powers, webhook.occasionId, 'webhooks')) continue
    await writer.webhooks.setStatus(webhook.id, { status: 'suspended', reason: 'plan', at: clock.now() })
    await audit.record(writer, caller, {
      action: 'webhooks.suspend',
      organizationId,
      targetKind: 'webhook',
      targetId: webhook.id,
      before: audited(webhook),
      after: audited({ ...webhook, status: 'suspended' }),
    })
  }
}

/**
 * What waits for a webhook and may not leave, with the reason. Replays go on whatever the state of the webhook, as long
 * as the capability is there. Without `powers` (the platform) no capability is needed.
 */
export const unsendable = (
  webhook: Pick<WebhookRecord, 'id' | 'occasionId' | 'status' | 'statusReason'>,
  powers: Powers | null,
): { of: WaitingDeliveries; reason: HeldReason }[] => {
  const { id: webhookId, occasionId } = webhook
  const ofStatus = heldByStatus(webhook)
  const holds = ofStatus === null ? [] : [{ of: { webhookId, occasionIds: null }, reason: ofStatus }]
  if (powers === null) return holds
  const replays = ofStatus === null ? 'too' : 'only'
  if (!has(powers, occasionId, 'webhooks')) {
    return [...holds, { of: { webhookId, occasionIds: null, replays }, reason: 'suspended' }]
  }
  const occasionIds = occasionId === null ? suspendedOccasions(powers) : []
  if (occasionIds.length === 0) return holds
  return [...holds, { of: { webhookId, occasionIds, replays }, reason: 'suspended' }]
}

/**
 * Holds what waits for a webhook and may not leave now, up to `stepSize` for each reason: judged by what is true in this
 * transaction. @returns how many; fewer than `stepSize` when none are left.
 */
export const holdStep = async (
  { clock, plans }: Pick<Toolbox, 'clock' | 'plans'>,
  writer: Writer,
  webhookId: string,
): Promise<number> => {
  const webhook = await writer.webhooks.get(webhookId)
  if (webhook === null) return 0
  const grounds = await findGrounds(writer, webhook.organizationId)
  const powers = grounds === null ? null : powersOf(grounds, { clock, plans })
  let held = 0
  for (const { of, reason } of unsendable(webhook, powers)) {
    held += await writer.webhookDeliveries.hold(of, reason, stepSize)
  }
  return held
}

/**
 * After that transaction: what waits for suspended webhooks, or for events of occasions that may send nothing, is
 * held, a step at a time, and so are replays where the capability is missing. A request that is under way ends as it
 * ends. May be called again after an interruption.
 */
export const holdWaiting = async (toolbox: Toolbox, organizationId: string): Promise<void> => {
  const { store, clock, plans, delivery } = toolbox
  const { read } = store
  const powers = powersOf(await readGrounds(read, organizationId), { clock, plans })
  const concerned = [
    ...(await read.webhooks.listOfStatus(organizationId, 'suspended')),
    ...(await read.webhooks.listReplaying(organizationId)),
  ]
  if (suspendedOccasions(powers).length > 0) {
    const active = await read.webhooks.listOfStatus(organizationId, 'active')
    concerned.push(...active.filter(({ occasionId }) => occasionId === null))
  }
  let total = 0
  for (const webhook of new Map(concerned.map((one) => [one.id, one])).values()) {
    const counts = unsendable(webhook, powers).map(({ of }) => read.webhookDeliveries.countWaiting(of, 1))
    if ((await Promise.all(counts)).every((count) => count === 0)) continue
    let held: number
    do {
      held = await store.write((writer) => holdStep(toolbox, writer, webhook.id))
      total += held
    } while (held >= stepSize)
  }
  // Not before: the worker would take again what is not held yet.
  if (total > 0) delivery.reconsider()
}

const lacksSomewhere = async ({ store, clock, plans }: Toolbox, organizationId: string): Promise<boolean> => {
  const powers = powersOf(await readGrounds(store.read, organizationId), { clock, plans })
  return [...powers.keys()].some((place) => !has(powers, place, 'webhooks'))
}

/** Brings the webhooks of an organization in line with the capabilities that it has now, whoever changed them. */
export const applyCapabilityChange = async (toolbox: Toolbox, organizationId: string): Promise<void> => {
  if (await lacksSomewhere(toolbox, organizationId)) {
    await toolbox.store.write((writer) =>
      suspendWebhooks(toolbox, writer, { caller: 'program', organizationId }),
    )
  }
  await holdWaiting(toolbox, organizationId)
}

/**
 * Makes known that trials have ended, each once, and does what follows from it. Cheap when none has.
 * @returns how many.
 */
export const endTrials = async (toolbox: Toolbox): Promise<number> => {
  const { store, clock, audit } = toolbox
  const ended = await store.read.capabilities.listEnded(clock.now(), endedRead)
  await runEach(ended, async ({ id, organizationId, occasionId, capability, effect, endsAt, note }) => {
    await store.write(async (writer) => {
      await writer.capabilities.recordEnd(id, clock.now())
      await audit.record(writer, 'program', {
        action: 'platform.override_ended',
        organizationId,
        targetKind: 'override',
        targetId: id,
        before: { occasionId, capability, effect, endsAt, note },
      })
      await suspendWebhooks(toolbox, writer, { caller: 'program', organizationId })
    })
    await holdWaiting(toolbox, organizationId)
  })
  return ended.length
}

/** All organizations with webhooks: for the start of the program, and for what another process changed. */
export const applyEverywhere = (toolbox: Toolbox): Promise<void> =>
  runEach(allIds(toolbox.store.read.webhooks.listOrganizationIds), (id) => applyCapabilityChange(toolbox, id))
