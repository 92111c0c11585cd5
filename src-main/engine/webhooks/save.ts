import type { ConsoleContract } from '#contract/console.ts'
import { defaultWebhookOptions, type WebhookOptions } from '#contract/webhook-options.ts'
import type { ChangeableWebhook, WebhookRecord } from '#main/store/interface.ts'
import { callerName } from '../caller-name.ts'
import { PatchbayError } from '../errors.ts'
import type { Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'
import { checkEvents, normaliseUrl, requireReachable } from './checks.ts'
import { requireManaged } from './manage.ts'
import { addSecret, shownOnce } from './secret.ts'
import { audited, viewWebhook } from './view.ts'

type Changes = Partial<Omit<ChangeableWebhook, 'options'>> & { readonly options?: Partial<WebhookOptions> }

/** `changes` over `webhook`; what is undefined stays. */
const changed = (webhook: WebhookRecord, changes: Changes): WebhookRecord => ({
  ...webhook,
  name: changes.name ?? webhook.name,
  url: changes.url ?? webhook.url,
  events: changes.events ?? webhook.events,
  timeoutMs: changes.timeoutMs ?? webhook.timeoutMs,
  concurrency: changes.concurrency ?? webhook.concurrency,
  scheduleMs: changes.scheduleMs === undefined ? webhook.scheduleMs : changes.scheduleMs,
  options: { ...webhook.options, ...changes.options },
})

/** Creating and changing webhooks: what a person saves. */
export const createSave = (
  toolbox: Toolbox,
): Pick<Operations<ConsoleContract['webhooks']>, 'create' | 'update'> => {
  const { store, clock, ids, eventTypes, networkPolicy, access, audit } = toolbox
  return {
    async create(caller, { organizationId, occasionId = null, ...input }) {
      await access.require(caller, 'webhooks.manage', { organizationId, occasionId, kind: 'webhook' })
      const url = normaliseUrl(input.url)
      const events = checkEvents(input.events, eventTypes)
      await requireReachable(store.read, networkPolicy, organizationId, url)
      const now = clock.now()
      const webhook: WebhookRecord = {
        id: ids.next('whk'),
        organizationId,
        occasionId,
        name: input.name ?? new URL(url).host.slice(0, 80),
        url,
        events,
        status: input.startPaused ? 'paused' : 'active',
        statusReason: input.startPaused ? `paused by ${callerName(caller)}` : null,
        statusChangedAt: input.startPaused ? now : null,
        timeoutMs: input.timeoutMs,
        concurrency: input.concurrency,
        scheduleMs: input.scheduleMs,
        options: { ...defaultWebhookOptions, ...input.options },
        createdAt: now,
        createdBy: callerName(caller),
        lastAttemptAt: null,
        lastSuccessAt: null,
      }
      const secret = await store.write(async (writer) => {
        await writer.webhooks.insert(webhook)
        const made = await addSecret(toolbox, writer, {
          webhookId: webhook.id,
          algorithm: input.algorithm ?? 'hmac',
          now,
        })
        await audit.record(writer, caller, {
          action: 'webhooks.create',
          organizationId,
          targetKind: 'webhook',
          targetId: webhook.id,
          after: audited(webhook),
        })
        return shownOnce(made)
      })
      return { webhook: await viewWebhook(store.read, webhook.id, now), secret }
    },

    async update(caller, { organizationId, webhookId, ...input }) {
      const known = await requireManaged(toolbox, caller, organizationId, webhookId)
      const changes = {
        ...input,
        url: input.url === undefined ? undefined : normaliseUrl(input.url),
        events: input.events === undefined ? undefined : checkEvents(input.events, eventTypes),
      }
      if (changes.url !== undefined && changes.url !== known.url) {
        await requireReachable(store.read, networkPolicy, organizationId, changes.url)
      }
      await store.write(async (writer) => {
        const before = await writer.webhooks.get(webhookId)
        if (before === null) throw new PatchbayError('not_found')
        const after = changed(before, changes)
        if (JSON.stringify(after) === JSON.stringify(before)) return
        await writer.webhooks.update(webhookId, after, clock.now())
        await audit.record(writer, caller, {
          action: 'webhooks.update',
          organizationId,
          targetKind: 'webhook',
          targetId: webhookId,
          before: audited(before),
          after: audited(after),
        })
      })
      return viewWebhook(store.read, webhookId, clock.now())
    },
  }
}
