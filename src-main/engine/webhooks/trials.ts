import type { ConsoleContract } from '#contract/console.ts'
import type { EventInput } from '#contract/events.ts'
import type { DeliveryKind } from '#contract/vocabulary.ts'
import type { WebhookRecord, Writer } from '#main/store/interface.ts'
import { newDelivery } from '../deliveries/birth.ts'
import { invalid, PatchbayError } from '../errors.ts'
import { plainBody, withOccasion } from '../events/body.ts'
import { prepareEvent } from '../events/prepare.ts'
import type { Caller, Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'
import { requireManaged } from './manage.ts'

/** What goes out in a trial. */
interface Trial {
  readonly kind: Extract<DeliveryKind, 'test' | 'connectivity'>
  readonly type: string
  readonly occurredAt: number
  /** Without the occasion of the webhook. */
  readonly plainBody: string
  readonly newestSecretOnly: boolean
}

const connectivityType = 'patchbay.connectivity'

const requireDeliveryOn = async (writer: Writer, organizationId: string): Promise<void> => {
  const off = (await writer.killSwitches.listOff(organizationId)).find(({ name }) => name === 'delivery')
  if (off === undefined) return
  throw new PatchbayError('switched_off', {
    detail: `Sending is switched off by ${off.by}: ${off.reason}. Nothing would leave now.`,
  })
}

/** The sends that only try a webhook. They go the way of every delivery, and count for nothing. */
export const createTrials = (
  toolbox: Toolbox,
): Pick<Operations<ConsoleContract['webhooks']>, 'sendTest' | 'checkConnectivity'> => {
  const { store, clock, ids, eventTypes, delivery, audit } = toolbox

  const insert = async (writer: Writer, caller: Caller, webhook: WebhookRecord, trial: Trial) => {
    const { organizationId, occasionId } = webhook
    const now = clock.now()
    const occasion = occasionId === null ? null : await writer.organizations.getOccasion(occasionId)
    const body = withOccasion(trial.plainBody, occasion)
    const eventId = ids.next('evt')
    await writer.events.insertMany([
      {
        id: eventId,
        organizationId,
        occasionId,
        type: trial.type,
        body,
        sizeBytes: Buffer.byteLength(body),
        occurredAt: trial.occurredAt,
        acceptedAt: now,
        apiKeyId: caller.principal.kind === 'api_key' ? caller.principal.id : null,
        idempotencyKey: null,
        test: true,
      },
    ])
    const deliveryId = ids.next('dlv')
    const { kind } = trial
    const made = { id: deliveryId, organizationId, occasionId, eventId, webhookId: webhook.id, kind }
    await writer.deliveries.insertMany([newDelivery({ ...made, heldReason: null }, now)])
    if (trial.newestSecretOnly) await writer.deliveries.signWithNewestOnly(deliveryId)
    return deliveryId
  }

  const send = async (caller: Caller, webhookId: string, trial: Trial): Promise<{ deliveryId: string }> => {
    const deliveryId = await store.write(async (writer) => {
      const webhook = await writer.webhooks.get(webhookId)
      if (webhook === null) throw new PatchbayError('not_found')
      await requireDeliveryOn(writer, webhook.organizationId)
      const id = await insert(writer, caller, webhook, trial)
      await audit.record(writer, caller, {
        action: trial.kind === 'test' ? 'webhooks.send_test' : 'webhooks.check_connectivity',
        organizationId: webhook.organizationId,
        targetKind: 'webhook',
        targetId: webhookId,
        after: {
          eventType: trial.type,
          deliveryId: id,
          ...(trial.newestSecretOnly ? { newestSecretOnly: true } : {}),
        },
      })
      return id
    })
    delivery.wake()
    return { deliveryId }
  }

  /** The findings about an event, told at the fields of this operation. */
  const prepareTest = (input: Pick<EventInput, 'type' | 'data'>) => {
    try {
      return prepareEvent(eventTypes, input, clock.now())
    } catch (error) {
      if (!(error instanceof PatchbayError) || error.code !== 'invalid') throw error
      const fields = error.fields?.map((field) => ({
        ...field,
        path: field.path === '/type' ? '/eventType' : field.path,
      }))
      throw new PatchbayError('invalid', { detail: error.detail, fields })
    }
  }

  return {
    async sendTest(caller, { organizationId, webhookId, eventType, data, newestSecretOnly = false }) {
      await requireManaged(toolbox, caller, organizationId, webhookId)
      const known = eventTypes.list().find(({ name }) => name === eventType)
      if (known === undefined) throw invalid('/eventType', 'There is no event type of this name.')
      const prepared = prepareTest({ type: eventType, data: data ?? known.example })
      return send(caller, webhookId, { ...prepared, kind: 'test', newestSecretOnly })
    },

    async checkConnectivity(caller, { organizationId, webhookId }) {
      await requireManaged(toolbox, caller, organizationId, webhookId)
      const occurredAt = clock.now()
      const data = { message: 'Patchbay checks that this address answers. Nothing has happened.' }
      const type = connectivityType
      return send(caller, webhookId, {
        kind: 'connectivity',
        type,
        occurredAt,
        plainBody: plainBody({ type, occurredAt, data }),
        newestSecretOnly: false,
      })
    },
  }
}
