import type { ConsoleContract } from '#contract/console.ts'
import { type Recovery, type RecoveryPlan, recoveriesListed } from '#contract/recoveries.ts'
import { openCountMax } from '#contract/settings.ts'
import type { RecoveryRecord, WebhookRecord, Writer } from '#main/store/interface.ts'
import { named } from '../access/named.ts'
import { callerName } from '../caller-name.ts'
import { waitsFor } from '../deliveries/release-obstacle.ts'
import { PatchbayError } from '../errors.ts'
import { firstIdAt } from '../ids.ts'
import type { Caller, Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'
import { normaliseUrl, redactUrl, requireReachable } from '../webhooks/checks.ts'
import { msPerDelivery, msPerReplay } from './estimate.ts'
import { lookedAt, recoveryObstacle, resendNext } from './steps.ts'

type Filter = Pick<RecoveryRecord, 'webhookId' | 'since' | 'until' | 'statuses' | 'eventTypes'>

const conflict = (detail: string): PatchbayError => new PatchbayError('conflict', { detail })

/** Sending again, filter-wide, what ended without being delivered. */
export const createRecoveries = (toolbox: Toolbox): Operations<ConsoleContract['recoveries']> => {
  const { store, clock, ids, access, audit, networkPolicy, delivery, newPace } = toolbox
  const { read } = store

  const requireWebhook = async (
    caller: Caller,
    action: 'deliveries.view' | 'deliveries.recover',
    { organizationId, webhookId }: { organizationId: string; webhookId: string },
  ): Promise<WebhookRecord> => {
    const webhook = await read.webhooks.get(webhookId)
    await access.require(caller, action, named(organizationId, 'webhook', webhookId, webhook))
    if (webhook === null) throw new PatchbayError('not_found')
    return webhook
  }

  const requireRecovery = async (
    caller: Caller,
    action: 'deliveries.view' | 'deliveries.recover',
    { organizationId, recoveryId }: { organizationId: string; recoveryId: string },
  ): Promise<RecoveryRecord> => {
    const recovery = await read.recoveries.get(recoveryId)
    // Nothing more is read of a recovery of elsewhere: how long the answer takes must not tell that it is there.
    const isOwn = recovery?.organizationId === organizationId
    const webhook = isOwn ? await read.webhooks.get(recovery.webhookId) : null
    await access.require(caller, action, named(organizationId, 'recovery', recoveryId, webhook))
    if (recovery === null) throw new PatchbayError('not_found')
    return recovery
  }

  const requirePossible = async (
    writer: Writer,
    { webhookId, url }: Pick<RecoveryRecord, 'webhookId' | 'url'>,
  ): Promise<void> => {
    const webhook = await writer.webhooks.get(webhookId)
    if (webhook === null) throw new PatchbayError('not_found')
    const obstacle = await recoveryObstacle(toolbox, writer, { webhook, url })
    if (obstacle !== null) throw obstacle
  }

  const findReach = async ({ webhookId, url }: RecoveryRecord): Promise<void> => {
    const webhook = url === null ? await read.webhooks.get(webhookId) : null
    if (webhook !== null) await delivery.findReach(webhook.url)
  }

  const findWait = async ({ state, webhookId, url }: RecoveryRecord): Promise<string | null> => {
    const runs = state === 'running' || state === 'canary'
    const webhook = runs ? await read.webhooks.get(webhookId) : null
    if (webhook === null) return null
    return waitsFor(webhook, await recoveryObstacle(toolbox, read, { webhook, url }))
  }

  const view = async (recovery: RecoveryRecord): Promise<Recovery> => {
    const { organizationId: _o, afterId: _a, beforeId: _b, ...told } = recovery
    const outcomes = await read.recoveries.countOutcomes(recovery.id)
    return { ...told, waitsFor: await findWait(recovery), ...outcomes }
  }

  /** Never beyond now: what a recovery makes itself is none of its business. */
  const rangeOf = ({ since, until }: Filter) => ({
    afterId: firstIdAt('dlv', since),
    beforeId: firstIdAt('dlv', Math.min(until, clock.now())),
  })

  const makePlan = async (
    webhook: WebhookRecord,
    filter: Filter,
    url: string | null,
  ): Promise<RecoveryPlan> => {
    const range = rangeOf(filter)
    const pace = newPace()
    let afterId: string | null = range.afterId
    let [count, leftOut] = [0, 0]
    let firstAt: number | null = null
    let lastAt: number | null = null
    while (afterId !== null && count < openCountMax) {
      const { found, lastId } = await read.recoveries.search({
        ...filter,
        ...range,
        afterId,
        limit: lookedAt,
      })
      for (const { missing, createdAt } of found) {
        if (!missing) leftOut += 1
        else {
          count += 1
          firstAt ??= createdAt
          lastAt = createdAt
        }
      }
      afterId = lastId
      await pace()
    }
    const meanMs = await read.recoveries.meanAttemptMs(webhook.id, url ?? webhook.url)
    const msPerOne = url === null ? msPerDelivery : msPerReplay
    const estimatedMs = meanMs === null ? null : Math.ceil(count * msPerOne(webhook, meanMs))
    return { count: Math.min(count, openCountMax), firstAt, lastAt, leftOut, estimatedMs }
  }

  /** Changes a recovery that is not over. */
  const change = async (
    caller: Caller,
    of: { organizationId: string; recoveryId: string },
    action: string,
    run: (writer: Writer, recovery: RecoveryRecord) => Promise<void>,
  ): Promise<Recovery> => {
    const { webhookId } = await requireRecovery(caller, 'deliveries.recover', of)
    const changed = await store.write(async (writer) => {
      const recovery = await writer.recoveries.get(of.recoveryId)
      if (recovery === null) throw new PatchbayError('not_found')
      if (recovery.state === 'done' || recovery.state === 'cancelled') {
        throw conflict(`The recovery is ${recovery.state} already.`)
      }
      await run(writer, recovery)
      await audit.record(writer, caller, {
        action,
        organizationId: of.organizationId,
        targetKind: 'webhook',
        targetId: webhookId,
        after: { recoveryId: of.recoveryId, queued: recovery.queued },
      })
      return writer.recoveries.get(of.recoveryId)
    })
    if (changed === null) throw new PatchbayError('not_found')
    return view(changed)
  }

  return {
    async plan(caller, { organizationId, eventTypes = null, url, ...filter }) {
      const webhook = await requireWebhook(caller, 'deliveries.recover', { organizationId, ...filter })
      return makePlan(webhook, { ...filter, eventTypes }, url === undefined ? null : normaliseUrl(url))
    },

    async start(caller, { organizationId, eventTypes = null, canary, url: given, ...input }) {
      const webhook = await requireWebhook(caller, 'deliveries.recover', { organizationId, ...input })
      const url = given === undefined ? null : normaliseUrl(given)
      if (url !== null) await requireReachable(read, networkPolicy, organizationId, url)
      const filter = { ...input, eventTypes }
      const { count: total } = await makePlan(webhook, filter, url)
      if (total === 0) throw conflict('Nothing is to be recovered here.')
      const recovery: RecoveryRecord = {
        ...filter,
        ...rangeOf(filter),
        url,
        id: ids.next('rcv'),
        organizationId,
        state: 'running',
        stateReason: null,
        canaryDeliveryId: null,
        total,
        queued: 0,
        createdAt: clock.now(),
        createdBy: callerName(caller),
        finishedAt: null,
      }
      const { id, webhookId } = recovery
      await findReach(recovery)
      const started = await store.write(async (writer) => {
        await requirePossible(writer, recovery)
        if ((await writer.recoveries.getOpen(webhookId)) !== null) {
          throw conflict('Another recovery of this webhook is not over yet.')
        }
        await writer.recoveries.insert(recovery)
        if (canary) {
          const [first] = await resendNext(toolbox, writer, recovery, 1)
          const more = (await writer.recoveries.get(id))?.state === 'running'
          if (first !== undefined) await writer.recoveries.update(id, { canaryDeliveryId: first })
          if (first !== undefined && more) await writer.recoveries.update(id, { state: 'canary' })
        }
        await audit.record(writer, caller, {
          action: 'recoveries.start',
          organizationId,
          targetKind: 'webhook',
          targetId: webhookId,
          after: {
            recoveryId: id,
            ...filter,
            canary,
            total,
            ...(url === null ? {} : { url: redactUrl(url) }),
          },
        })
        return writer.recoveries.get(id)
      })
      delivery.wake()
      if (started === null) throw new PatchbayError('not_found')
      return view(started)
    },

    get: async (caller, of) => view(await requireRecovery(caller, 'deliveries.view', of)),

    async list(caller, of) {
      await requireWebhook(caller, 'deliveries.view', of)
      return Promise.all((await read.recoveries.list(of.webhookId, recoveriesListed)).map(view))
    },

    pause: (caller, of) =>
      change(caller, of, 'recoveries.pause', (writer, { id }) =>
        writer.recoveries.update(id, { state: 'paused', stateReason: `paused by ${callerName(caller)}` }),
      ),

    async resume(caller, of) {
      await findReach(await requireRecovery(caller, 'deliveries.recover', of))
      return change(caller, of, 'recoveries.resume', async (writer, recovery) => {
        await requirePossible(writer, recovery)
        await writer.recoveries.update(recovery.id, { state: 'running', stateReason: null })
      })
    },

    cancel: (caller, of) =>
      change(caller, of, 'recoveries.cancel', (writer, { id }) =>
        writer.recoveries.update(id, { state: 'cancelled', stateReason: null, finishedAt: clock.now() }),
      ),
  }
}
