import type { ConsoleContract } from '#contract/console.ts'
import { type Release, releasesListed } from '#contract/releases.ts'
import { heldReasons } from '#contract/vocabulary.ts'
import type { ReleaseRecord, WebhookRecord, Writer } from '#main/store/interface.ts'
import { named } from '../access/named.ts'
import { callerName } from '../caller-name.ts'
import { PatchbayError } from '../errors.ts'
import { firstIdAt } from '../ids.ts'
import type { Caller, Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'
import { resumeWebhook } from '../webhooks/lifecycle.ts'
import { requireManaged } from '../webhooks/manage.ts'
import { releaseObstacle, waitsFor } from './release-obstacle.ts'
import { reasonsOf } from './release-steps.ts'

/** So many deliveries are discarded in one transaction: others write in between. */
const discardedAtOnce = 500

const conflict = (detail: string): PatchbayError => new PatchbayError('conflict', { detail })

type HeldOperations = Pick<
  Operations<ConsoleContract['deliveries']>,
  'held' | 'releases' | 'release' | 'pauseRelease' | 'resumeRelease' | 'cancelRelease' | 'discard'
>

/** The held ledger: what waits for a person or a condition, and what a person does with it. */
export const createHeld = (toolbox: Toolbox): HeldOperations => {
  const { store, clock, ids, access, audit, delivery } = toolbox
  const { read } = store

  const requireWebhook = async (
    caller: Caller,
    action: 'deliveries.view' | 'deliveries.release',
    { organizationId, webhookId }: { organizationId: string; webhookId: string },
  ) => {
    const webhook = await read.webhooks.get(webhookId)
    await access.require(caller, action, named(organizationId, 'webhook', webhookId, webhook))
    if (webhook === null) throw new PatchbayError('not_found')
    return webhook
  }

  const view = async (
    { organizationId: _o, afterId: _a, steppedAt: _s, ...release }: ReleaseRecord,
    webhook: WebhookRecord | null,
  ): Promise<Release> => {
    const runs = release.state === 'running' && webhook !== null
    return {
      ...release,
      waitsFor: runs ? waitsFor(webhook, await releaseObstacle(toolbox, read, webhook)) : null,
    }
  }

  /** @throws PatchbayError `not_found` when one of the deliveries is of another organization, or does not exist. */
  const requireOwn = async (organizationId: string, deliveryIds: readonly string[]): Promise<void> => {
    const own = await read.releases.countOwn(organizationId, deliveryIds)
    if (own < new Set(deliveryIds).size) throw new PatchbayError('not_found')
  }

  /** @throws PatchbayError with the reason, while what is held could not be sent anyway. */
  const requireReleasable = async (writer: Writer, webhookId: string): Promise<void> => {
    const webhook = await writer.webhooks.get(webhookId)
    if (webhook === null) throw new PatchbayError('not_found')
    const obstacle = await releaseObstacle(toolbox, writer, webhook)
    if (obstacle !== null) throw obstacle
  }

  const record = (
    writer: Writer,
    caller: Caller,
    action: string,
    { organizationId, webhookId }: Pick<ReleaseRecord, 'organizationId' | 'webhookId'>,
    after: unknown,
  ): Promise<void> =>
    audit.record(writer, caller, {
      action,
      organizationId,
      targetKind: 'webhook',
      targetId: webhookId,
      after,
    })

  /** The webhook of a release that the caller may change. */
  const requireRelease = async (
    caller: Caller,
    { organizationId, releaseId }: { organizationId: string; releaseId: string },
  ): Promise<WebhookRecord> => {
    const known = await read.releases.get(releaseId)
    // Nothing more is read of a release of elsewhere: how long the answer takes must not tell that it is there.
    const isOwn = known?.organizationId === organizationId
    const webhook = isOwn ? await read.webhooks.get(known.webhookId) : null
    await access.require(caller, 'deliveries.release', named(organizationId, 'release', releaseId, webhook))
    if (webhook === null) throw new PatchbayError('not_found')
    return webhook
  }

  /** Changes a release that is not over. */
  const change = async (
    caller: Caller,
    { organizationId, releaseId }: { organizationId: string; releaseId: string },
    action: string,
    run: (writer: Writer, release: ReleaseRecord, now: number) => Promise<void>,
  ): Promise<Release> => {
    const webhook = await requireRelease(caller, { organizationId, releaseId })
    const changed = await store.write(async (writer) => {
      const release = await writer.releases.get(releaseId)
      if (release === null) throw new PatchbayError('not_found')
      if (release.state === 'done' || release.state === 'cancelled') {
        throw conflict(`The release is ${release.state} already.`)
      }
      await run(writer, release, clock.now())
      await record(writer, caller, action, release, { releaseId, released: release.released })
      return writer.releases.get(releaseId)
    })
    if (changed === null) throw new PatchbayError('not_found')
    return view(changed, webhook)
  }

  return {
    async held(caller, { organizationId, occasionId = null, webhookId }) {
      if (webhookId === undefined)
        await access.require(caller, 'deliveries.view', { organizationId, occasionId })
      else await requireWebhook(caller, 'deliveries.view', { organizationId, webhookId })
      const holding = await read.releases.listHolding(organizationId, occasionId)
      const wanted = webhookId === undefined ? holding : holding.filter((id) => id === webhookId)
      const webhooks = new Map((await read.webhooks.getMany(wanted)).map((one) => [one.id, one]))
      const counts = await read.releases.countHeld(wanted, heldReasons)
      const open = await read.releases.listOpen(wanted)
      const told = await Promise.all(open.map((one) => view(one, webhooks.get(one.webhookId) ?? null)))
      const releases = new Map(told.map((one) => [one.webhookId, one]))
      return counts.flatMap((count) => {
        const webhook = webhooks.get(count.webhookId)
        if (webhook === undefined) return []
        const release = releases.get(webhook.id) ?? null
        return [{ webhookName: webhook.name, webhookStatus: webhook.status, ...count, release }]
      })
    },

    async releases(caller, { organizationId, webhookId }) {
      const webhook = await requireWebhook(caller, 'deliveries.view', { organizationId, webhookId })
      const releases = await read.releases.list(webhookId, releasesListed)
      return Promise.all(releases.map((one) => view(one, webhook)))
    },

    async release(caller, { organizationId, webhookId, reason = null, perSecond, resume = false }) {
      const webhook = await requireWebhook(caller, 'deliveries.release', { organizationId, webhookId })
      if (resume) await requireManaged(toolbox, caller, organizationId, webhookId)
      await delivery.findReach(webhook.url)
      const total = await read.releases.countAllHeld(webhookId, reasonsOf(reason))
      const now = clock.now()
      const release: ReleaseRecord = {
        id: ids.next('rls'),
        organizationId,
        webhookId,
        reason,
        perSecond,
        total,
        released: 0,
        state: 'running',
        stateReason: null,
        afterId: null,
        steppedAt: now,
        createdAt: now,
        createdBy: callerName(caller),
        finishedAt: null,
      }
      await store.write(async (writer) => {
        if (resume) await resumeWebhook(toolbox, writer, { caller, webhookId, keepHeld: true })
        await requireReleasable(writer, webhookId)
        if (total === 0) throw conflict('Nothing is held here.')
        if ((await writer.releases.getOpen(webhookId)) !== null) {
          throw conflict('Another release of this webhook is not over yet.')
        }
        await writer.releases.insert(release)
        await record(writer, caller, 'deliveries.release', release, {
          releaseId: release.id,
          reason,
          perSecond,
          total,
        })
      })
      // In an order, newer ones that were taken wait for it.
      delivery.reconsider()
      return view(release, webhook)
    },

    pauseRelease: (caller, of) =>
      change(caller, of, 'deliveries.pause_release', (writer, { id }) =>
        writer.releases.update(id, { state: 'paused', stateReason: `paused by ${callerName(caller)}` }),
      ),

    async resumeRelease(caller, of) {
      const { url } = await requireRelease(caller, of)
      await delivery.findReach(url)
      return change(
        caller,
        of,
        'deliveries.resume_release',
        async (writer, { id, webhookId, state }, now) => {
          await requireReleasable(writer, webhookId)
          if (state === 'running') return
          await writer.releases.update(id, { state: 'running', stateReason: null, steppedAt: now })
        },
      )
    },

    async cancelRelease(caller, of) {
      const release = await change(caller, of, 'deliveries.cancel_release', (writer, { id }, now) =>
        writer.releases.update(id, { state: 'cancelled', stateReason: null, finishedAt: now }),
      )
      // In an order, newer ones waited for it.
      delivery.wake()
      return release
    },

    async discard(caller, { organizationId, webhookId, deliveryIds = null, reason = null, note }) {
      await requireWebhook(caller, 'deliveries.release', { organizationId, webhookId })
      if (deliveryIds !== null) await requireOwn(organizationId, deliveryIds)
      // What comes in from now on was not meant.
      const beforeId = firstIdAt('dlv', clock.now() + 1)
      let total = 0
      for (;;) {
        const discarded = await store.write(async (writer) => {
          const count = await writer.releases.discardHeld({
            webhookId,
            reasons: reasonsOf(reason),
            deliveryIds,
            beforeId,
            at: clock.now(),
            limit: discardedAtOnce,
          })
          if (count > 0) {
            const told = { note, reason, discarded: count, ...(deliveryIds === null ? {} : { deliveryIds }) }
            await record(writer, caller, 'deliveries.discard', { organizationId, webhookId }, told)
          }
          return count
        })
        total += discarded
        if (discarded < discardedAtOnce) return { discarded: total }
      }
    },
  }
}
