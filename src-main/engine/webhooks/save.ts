import type { ConsoleContract } from '#contract/console.ts'
import type { CredentialName } from '#contract/webhook-credentials.ts'
import { defaultWebhookOptions, type WebhookOptions } from '#contract/webhook-options.ts'
import type { ChangeableWebhook, WebhookRecord } from '#main/store/interface.ts'
import { callerName } from '../caller-name.ts'
import { PatchbayError } from '../errors.ts'
import type { Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'
import { checkEvents, normaliseUrl, requireReachable } from './checks.ts'
import { type CredentialDeeds, checkCredentials, saveCredentials, storedCredentials } from './credentials.ts'
import { requireManaged } from './manage.ts'
import { addSecret, livingSecrets, newestAlgorithm, requireStyles, shownOnce } from './secret.ts'
import { audited, viewWebhook } from './view.ts'

const none: ReadonlySet<CredentialName> = new Set()
const tokenUrlPath = '/options/authentication/tokenUrl'

/** The options with the address of their token endpoint as it is kept. */
const normaliseOptions = (options: Partial<WebhookOptions>): Partial<WebhookOptions> => {
  const { authentication } = options
  if (authentication?.kind !== 'oauth2') return options
  const tokenUrl = normaliseUrl(authentication.tokenUrl, tokenUrlPath)
  return { ...options, authentication: { ...authentication, tokenUrl } }
}

const tokenUrlOf = ({ authentication }: Partial<WebhookOptions>): string | undefined =>
  authentication?.kind === 'oauth2' ? authentication.tokenUrl : undefined

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

const identityOf = ({ url, options }: WebhookRecord): unknown[] => [
  url,
  options.authentication,
  options.caCertificate,
  options.clientCertificate,
]

/** Whether another token is to be had than before, or in another way: that the endpoint asked for a pause is past. */
const asksOtherwise = (before: WebhookRecord, after: WebhookRecord, deeds: CredentialDeeds): boolean =>
  Object.keys(deeds).length > 0 || JSON.stringify(identityOf(before)) !== JSON.stringify(identityOf(after))

/** Creating and changing webhooks: what a person saves. */
export const createSave = (
  toolbox: Toolbox,
): Pick<Operations<ConsoleContract['webhooks']>, 'create' | 'update'> => {
  const { store, clock, ids, eventTypes, networkPolicy, access, audit, delivery } = toolbox

  const requireTokenUrl = async (organizationId: string, tokenUrl: string | undefined): Promise<void> => {
    if (tokenUrl === undefined) return
    await requireReachable(store.read, networkPolicy, organizationId, tokenUrl, tokenUrlPath)
  }

  return {
    async create(caller, { organizationId, occasionId = null, ...input }) {
      await access.require(caller, 'webhooks.manage', { organizationId, occasionId, kind: 'webhook' })
      const url = normaliseUrl(input.url)
      const events = checkEvents(input.events, eventTypes)
      await requireReachable(store.read, networkPolicy, organizationId, url)
      const options = { ...defaultWebhookOptions, ...normaliseOptions(input.options ?? {}) }
      await requireTokenUrl(organizationId, tokenUrlOf(options))
      const algorithm = input.algorithm ?? 'hmac'
      requireStyles(options, algorithm)
      const given = input.credentials ?? {}
      checkCredentials({ before: null, after: { url, options }, stored: none }, given)
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
        options,
        createdAt: now,
        createdBy: callerName(caller),
        lastAttemptAt: null,
        lastSuccessAt: null,
      }
      const secret = await store.write(async (writer) => {
        await writer.webhooks.insert(webhook)
        const made = await addSecret(toolbox, writer, { webhookId: webhook.id, algorithm, now })
        const by = callerName(caller)
        const deeds = await saveCredentials(writer, webhook, none, { given, by, now })
        await audit.record(writer, caller, {
          action: 'webhooks.create',
          organizationId,
          targetKind: 'webhook',
          targetId: webhook.id,
          after: { ...audited(webhook), ...deeds },
        })
        return shownOnce(made)
      })
      return { webhook: await viewWebhook(store.read, webhook.id, now), secret }
    },

    async update(caller, { organizationId, webhookId, credentials: given = {}, ...input }) {
      const known = await requireManaged(toolbox, caller, organizationId, webhookId)
      const changes = {
        ...input,
        url: input.url === undefined ? undefined : normaliseUrl(input.url),
        events: input.events === undefined ? undefined : checkEvents(input.events, eventTypes),
        options: input.options === undefined ? undefined : normaliseOptions(input.options),
      }
      if (changes.url !== undefined && changes.url !== known.url) {
        await requireReachable(store.read, networkPolicy, organizationId, changes.url)
      }
      const tokenUrl = tokenUrlOf(changes.options ?? {})
      if (tokenUrl !== tokenUrlOf(known.options)) await requireTokenUrl(organizationId, tokenUrl)
      const now = clock.now()
      await store.write(async (writer) => {
        const before = await writer.webhooks.get(webhookId)
        if (before === null) throw new PatchbayError('not_found')
        const after = changed(before, changes)
        const stored = await storedCredentials(writer, webhookId)
        checkCredentials({ before, after, stored }, given)
        const living = livingSecrets(await writer.webhooks.listSecrets([webhookId]), now)
        requireStyles(after.options, newestAlgorithm(living))
        const by = callerName(caller)
        const deeds = await saveCredentials(writer, after, stored, { given, by, now })
        const same = JSON.stringify(after) === JSON.stringify(before)
        if (same && Object.keys(deeds).length === 0) return
        if (!same) await writer.webhooks.update(webhookId, after, now)
        if (asksOtherwise(before, after, deeds)) await writer.webhookProtection.setTokenPause(webhookId, null)
        await audit.record(writer, caller, {
          action: 'webhooks.update',
          organizationId,
          targetKind: 'webhook',
          targetId: webhookId,
          before: audited(before),
          after: { ...audited(after), ...deeds },
        })
      })
      delivery.reconsider()
      return viewWebhook(store.read, webhookId, now)
    },
  }
}
