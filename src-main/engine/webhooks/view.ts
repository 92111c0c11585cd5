import type { BlockingDelivery, Breaker, TokenPause } from '#contract/protection.ts'
import type { Certificate } from '#contract/webhook-credentials.ts'
import type { WebhookOptions } from '#contract/webhook-options.ts'
import type { WebhookProbe } from '#contract/webhook-probes.ts'
import type { Webhook } from '#contract/webhooks.ts'
import type {
  AwayPeriod,
  BreakerRecord,
  FailingRun,
  FirstInOrder,
  Reader,
  TokenPauseRecord,
  WebhookProbeRecord,
  WebhookRecord,
} from '#main/store/interface.ts'
import { PatchbayError } from '../errors.ts'
import { describeCertificates } from './certificates.ts'
import { redactUrl } from './checks.ts'
import { failingView } from './failing-time.ts'
import { algorithmOf, livingSecrets } from './secret.ts'

const recentMs = 24 * 3_600_000

const breakerView = (breaker: BreakerRecord | null): Breaker => ({
  state: breaker === null ? 'closed' : breaker.probeAt === null ? 'probing' : 'open',
  openedAt: breaker?.openedAt ?? null,
  nextProbeAt: breaker?.probeAt ?? null,
  failed: breaker?.failed ?? 0,
  requests: breaker?.requests ?? 0,
})

const tokenPauseView = (pause: TokenPauseRecord | null, now: number): TokenPause | null =>
  pause === null || pause.until <= now ? null : { until: pause.until, reason: pause.message }

/** The first of an order that has not been tried yet blocks nothing: its turn has come. */
const blockingView = (first: FirstInOrder | null): BlockingDelivery | null => {
  if (first === null || first.attempts === 0) return null
  const { deliveryId, attempts, dueAt, behind } = first
  return { deliveryId, attempts, nextAttemptAt: dueAt, waiting: behind }
}

const firstFailure = (runs: readonly FailingRun[]): number =>
  Math.min(...runs.map(({ failingSince }) => failingSince))

const failingOf = (run: FailingRun | undefined, now: number, away: readonly AwayPeriod[]) =>
  run === undefined ? null : failingView(run, now, away)

const probeView = (probe: WebhookProbeRecord | undefined): WebhookProbe | null => {
  if (probe === undefined) return null
  const { state, deliveryId, startedAt, startedBy, finishedAt } = probe
  return { state, deliveryId, startedAt, startedBy, finishedAt }
}

/** The webhooks as people see them, with what is read for all of them at once. */
export const viewWebhooks = async (
  read: Reader,
  webhooks: readonly WebhookRecord[],
  now: number,
): Promise<Webhook[]> => {
  const ids = webhooks.map(({ id }) => id)
  const secrets = Map.groupBy(await read.webhooks.listSecrets(ids), ({ webhookId }) => webhookId)
  const credentials = Map.groupBy(await read.webhookCredentials.list(ids), ({ webhookId }) => webhookId)
  const numbers = await read.webhookDeliveries.getNumbers(ids, now - recentMs)
  const runs = new Map((await read.webhooks.getFailingRuns(ids)).map((run) => [run.id, run]))
  const probes = new Map((await read.webhookProbes.getMany(ids)).map((probe) => [probe.webhookId, probe]))
  const away = runs.size === 0 ? [] : await read.machine.listAway(firstFailure([...runs.values()]))
  const protection = await read.webhookProtection.getMany(ids)
  return webhooks.map(({ organizationId: _organization, ...webhook }) => ({
    ...webhook,
    secrets: livingSecrets(secrets.get(webhook.id) ?? [], now).map(({ webhookId: _webhook, ...secret }) => ({
      ...secret,
      algorithm: algorithmOf(secret),
    })),
    credentials: (credentials.get(webhook.id) ?? []).map(
      ({ webhookId: _webhook, ...credential }) => credential,
    ),
    certificates: describeCertificates(webhook.options),
    recent: numbers.get(webhook.id) ?? { delivered: 0, failedAttempts: 0, waiting: 0, held: 0 },
    failing: failingOf(runs.get(webhook.id), now, away),
    probe: probeView(probes.get(webhook.id)),
    breaker: breakerView(protection.get(webhook.id)?.breaker ?? null),
    tokenPause: tokenPauseView(protection.get(webhook.id)?.tokenPause ?? null, now),
    blockedBy: blockingView(protection.get(webhook.id)?.firstInOrder ?? null),
    pausedRelease: protection.get(webhook.id)?.pausedRelease ?? null,
  }))
}

/** One webhook, as it is now. */
export const viewWebhook = async (read: Reader, id: string, now: number): Promise<Webhook> => {
  const webhook = await read.webhooks.get(id)
  const [view] = webhook === null ? [] : await viewWebhooks(read, [webhook], now)
  if (view === undefined) throw new PatchbayError('not_found')
  return view
}

/** A certificate by name and end: the text of the file says nothing to people. */
const told = (certificates: readonly (Certificate | null)[]): string | null =>
  certificates
    .filter((certificate) => certificate !== null)
    .map(({ subject, validTo }) => `${subject}, until ${new Date(validTo).toISOString()}`)
    .join('; ') || null

const auditedOptions = (options: WebhookOptions): WebhookOptions => {
  const { authentication } = options
  const { ca, client } = describeCertificates(options)
  return {
    ...options,
    authentication:
      authentication.kind === 'oauth2'
        ? { ...authentication, tokenUrl: redactUrl(authentication.tokenUrl) }
        : authentication,
    caCertificate: told(ca),
    clientCertificate: told([client]),
  }
}

type Told = Partial<
  Pick<
    WebhookRecord,
    | 'occasionId'
    | 'name'
    | 'url'
    | 'events'
    | 'status'
    | 'timeoutMs'
    | 'concurrency'
    | 'scheduleMs'
    | 'options'
  >
>

/** What the audit log tells of a webhook. */
export const audited = ({
  occasionId,
  name,
  url,
  events,
  status,
  timeoutMs,
  concurrency,
  scheduleMs,
  options,
}: WebhookRecord): Told => ({
  occasionId,
  name,
  url: redactUrl(url),
  events,
  status,
  timeoutMs,
  concurrency,
  scheduleMs,
  options: auditedOptions(options),
})
