import type { ConsoleContract } from '#contract/console.ts'
import type { Writer } from '#main/store/interface.ts'
import { named } from '../access/named.ts'
import { callerName } from '../caller-name.ts'
import { PatchbayError } from '../errors.ts'
import type { Caller, Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'
import type { Backlog } from './backlog.ts'
import { requireManaged } from './manage.ts'
import { audited, viewWebhook } from './view.ts'

/**
 * Inside a transaction: makes it active, if it is not. `keepHeld`: what it holds stays held until a person releases it.
 * @throws PatchbayError `not_found`.
 */
export const resumeWebhook = async (
  { clock, audit }: Toolbox,
  writer: Writer,
  { caller, webhookId, keepHeld }: { caller: Caller; webhookId: string; keepHeld: boolean },
): Promise<void> => {
  const before = await writer.webhooks.get(webhookId)
  if (before === null) throw new PatchbayError('not_found')
  if (before.status === 'active') return
  const change = { status: 'active', reason: null, at: clock.now(), keepsHeld: keepHeld } as const
  await writer.webhooks.setStatus(webhookId, change)
  await audit.record(writer, caller, {
    action: 'webhooks.resume',
    organizationId: before.organizationId,
    targetKind: 'webhook',
    targetId: webhookId,
    before: audited(before),
    after: { ...audited({ ...before, status: 'active' }), ...(keepHeld ? { keepHeld } : {}) },
  })
}

/** Pausing, resuming and deleting webhooks. */
export const createLifecycle = (
  toolbox: Toolbox,
  backlog: Backlog,
): Pick<Operations<ConsoleContract['webhooks']>, 'pause' | 'resume' | 'delete'> => {
  const { store, clock, delivery, access, audit } = toolbox

  /** Demands the right to manage each of them where it is; nothing is told of them before all are passed. */
  const requireManageAll = async (caller: Caller, organizationId: string, ids: string[]): Promise<void> => {
    const webhooks = new Map((await store.read.webhooks.getMany(ids)).map((webhook) => [webhook.id, webhook]))
    const passed = new Set<string | null>()
    for (const id of ids) {
      const webhook = webhooks.get(id) ?? null
      const own = webhook?.organizationId === organizationId
      if (own && passed.has(webhook.occasionId)) continue
      await access.require(caller, 'webhooks.manage', named(organizationId, 'webhook', id, webhook))
      if (own) passed.add(webhook.occasionId)
    }
  }

  return {
    async pause(caller, { organizationId, webhookId }) {
      await requireManaged(toolbox, caller, organizationId, webhookId)
      const now = clock.now()
      await store.write(async (writer) => {
        const before = await writer.webhooks.get(webhookId)
        if (before === null) throw new PatchbayError('not_found')
        if (before.status === 'paused') return
        if (before.status !== 'active') {
          throw new PatchbayError('conflict', {
            detail: `The webhook is ${before.status}: nothing is sent to it as it is.`,
          })
        }
        const reason = `paused by ${callerName(caller)}`
        await writer.webhooks.setStatus(webhookId, { status: 'paused', reason, at: now })
        await audit.record(writer, caller, {
          action: 'webhooks.pause',
          organizationId,
          targetKind: 'webhook',
          targetId: webhookId,
          before: audited(before),
          after: audited({ ...before, status: 'paused' }),
        })
      })
      // The worker puts aside what waits.
      delivery.reconsider()
      return viewWebhook(store.read, webhookId, now)
    },

    async resume(caller, { organizationId, webhookId, keepHeld = false }) {
      await requireManaged(toolbox, caller, organizationId, webhookId)
      await store.write((writer) => resumeWebhook(toolbox, writer, { caller, webhookId, keepHeld }))
      if (!keepHeld) await backlog.release(webhookId)
      return viewWebhook(store.read, webhookId, clock.now())
    },

    async delete(caller, { organizationId, webhookIds }) {
      const wanted = [...new Set(webhookIds)]
      await requireManageAll(caller, organizationId, wanted)
      const deleted = await store.write(async (writer) => {
        const webhooks = await writer.webhooks.getMany(wanted)
        for (const webhook of webhooks) {
          await writer.webhooks.delete(webhook.id, clock.now())
          await audit.record(writer, caller, {
            action: 'webhooks.delete',
            organizationId,
            targetKind: 'webhook',
            targetId: webhook.id,
            before: audited(webhook),
          })
        }
        return webhooks.length
      })
      delivery.reconsider()
      for (const id of wanted) await backlog.discard(id)
      return { deleted }
    },
  }
}
