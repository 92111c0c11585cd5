import type { ConsoleContract } from '#contract/console.ts'
import { liveSecretsMax } from '#contract/webhooks.ts'
import type { WebhookRecord, WebhookSecretRecord, Writer } from '#main/store/interface.ts'
import { PatchbayError } from '../errors.ts'
import type { Caller, Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'
import { requireManaged } from './manage.ts'
import { addSecret, livingSecrets, newestAlgorithm, requireStyles, shownOnce } from './secret.ts'
import { viewWebhook } from './view.ts'

const hourMs = 3_600_000

const conflict = (detail: string): PatchbayError => new PatchbayError('conflict', { detail })
const idsOf = (secrets: readonly WebhookSecretRecord[]): string[] => secrets.map(({ id }) => id)
const isOld = ({ expiresAt }: WebhookSecretRecord): boolean => expiresAt !== null

/** Receivers that know only a secret which is on its way out must not be cut off by accident. */
const refuseTooEarly = (living: readonly WebhookSecretRecord[], endsAll: boolean, force: boolean): void => {
  if (!force && living.some(isOld)) {
    throw conflict('An older secret still signs along. End its overlap first, or rotate again all the same.')
  }
  if (!endsAll && living.length >= liveSecretsMax) {
    throw conflict(`${living.length} secrets sign already, and no more may. End the overlap first.`)
  }
}

/**
 * Changing the secrets of a webhook. The worker reads them in the transaction that takes each delivery, and takes anew
 * what it has taken and not sent.
 */
export const createRotation = (
  toolbox: Toolbox,
): Pick<Operations<ConsoleContract['webhooks']>, 'rotateSecret' | 'extendOverlap' | 'endOverlap'> => {
  const { store, clock, audit, delivery } = toolbox

  const readLiving = async (
    writer: Writer,
    webhookId: string,
    now: number,
  ): Promise<{ webhook: WebhookRecord; living: WebhookSecretRecord[] }> => {
    const webhook = await writer.webhooks.get(webhookId)
    if (webhook === null) throw new PatchbayError('not_found')
    const living = livingSecrets(await writer.webhooks.listSecrets([webhookId]), now)
    return { webhook, living }
  }

  /** Changes the secrets that are on their way out. @throws PatchbayError `conflict` when there are none. */
  const changeOld = async (
    caller: Caller,
    { organizationId, webhookId }: { organizationId: string; webhookId: string },
    change: {
      readonly action: string
      run(
        writer: Writer,
        old: readonly WebhookSecretRecord[],
        now: number,
      ): Promise<{ overlapEndsAt: number }>
    },
  ) => {
    await requireManaged(toolbox, caller, organizationId, webhookId)
    const now = clock.now()
    await store.write(async (writer) => {
      const { living } = await readLiving(writer, webhookId, now)
      const old = living.filter(isOld)
      if (old.length === 0) throw conflict('No older secret signs along.')
      await audit.record(writer, caller, {
        action: change.action,
        organizationId,
        targetKind: 'webhook',
        targetId: webhookId,
        before: { oldSecrets: old.map(({ id, expiresAt }) => ({ id, expiresAt })) },
        after: await change.run(writer, old, now),
      })
    })
    delivery.reconsider()
    return viewWebhook(store.read, webhookId, now)
  }

  return {
    async rotateSecret(caller, { organizationId, webhookId, overlapHours, force, algorithm }) {
      await requireManaged(toolbox, caller, organizationId, webhookId)
      const now = clock.now()
      const overlapEndsAt = now + overlapHours * hourMs
      const secret = await store.write(async (writer) => {
        const { webhook, living } = await readLiving(writer, webhookId, now)
        const wanted = algorithm ?? newestAlgorithm(living)
        requireStyles(webhook.options, wanted)
        refuseTooEarly(living, overlapHours === 0, force)
        // Ended means gone: a clock that is set back must not bring it back to life.
        if (overlapHours === 0) await writer.webhooks.deleteSecrets(idsOf(living))
        else {
          const replaced = living.filter((one) => !isOld(one))
          await writer.webhooks.setSecretsEnd(idsOf(replaced), overlapEndsAt)
        }
        const made = await addSecret(toolbox, writer, { webhookId, algorithm: wanted, now })
        await audit.record(writer, caller, {
          action: 'webhooks.rotate_secret',
          organizationId,
          targetKind: 'webhook',
          targetId: webhookId,
          before: { secretIds: idsOf(living) },
          after: { secretId: made.id, algorithm: made.algorithm, overlapEndsAt, forced: force },
        })
        return shownOnce(made)
      })
      delivery.reconsider()
      return { webhook: await viewWebhook(store.read, webhookId, now), secret }
    },

    extendOverlap: (caller, { overlapHours, ...of }) =>
      changeOld(caller, of, {
        action: 'webhooks.extend_overlap',
        async run(writer, old, now) {
          const overlapEndsAt = now + overlapHours * hourMs
          const earlier = old.filter(({ expiresAt }) => (expiresAt ?? 0) < overlapEndsAt)
          await writer.webhooks.setSecretsEnd(idsOf(earlier), overlapEndsAt)
          return { overlapEndsAt }
        },
      }),

    endOverlap: (caller, of) =>
      changeOld(caller, of, {
        action: 'webhooks.end_overlap',
        async run(writer, old, now) {
          await writer.webhooks.deleteSecrets(idsOf(old))
          return { overlapEndsAt: now }
        },
      }),
  }
}
