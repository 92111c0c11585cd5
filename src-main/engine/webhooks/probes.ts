import type { ConsoleContract } from '#contract/console.ts'
import type { ProbeState } from '#contract/webhook-probes.ts'
import type { Reader, WebhookProbeRecord, WebhookRecord, Writer } from '#main/store/interface.ts'
import { callerName } from '../caller-name.ts'
import { newDelivery } from '../deliveries/birth.ts'
import { sendingObstacle } from '../deliveries/release-obstacle.ts'
import { PatchbayError } from '../errors.ts'
import { matches } from '../event-types/event-types.ts'
import type { Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'
import { runEach } from '../run-all.ts'
import { type Step, takeStep } from '../steps.ts'
import type { Backlog } from './backlog.ts'
import { requireManaged } from './manage.ts'
import type { createTrials } from './trials.ts'
import { audited, viewWebhook } from './view.ts'

/** What nobody has sent by then, nobody will: the worker stands still. */
const probeMsMax = 2 * 60_000
const runningRead = 100

const conflict = (detail: string): PatchbayError => new PatchbayError('conflict', { detail })

/**
 * Sends one real request to a webhook that gets nothing at the moment: the event of its oldest held delivery, or an
 * example. It goes the way of every test. `stepProbes` resumes the webhook when the answer is 2xx.
 */
export const createProbes = (
  toolbox: Toolbox,
  { sendTest }: Pick<ReturnType<typeof createTrials>, 'sendTest'>,
): Pick<Operations<ConsoleContract['webhooks']>, 'probeAndResume'> => {
  const { store, clock, ids, eventTypes, delivery, audit } = toolbox

  const requireProbeable = async (writer: Writer, webhookId: string): Promise<WebhookRecord> => {
    const webhook = await writer.webhooks.get(webhookId)
    if (webhook === null) throw new PatchbayError('not_found')
    if (webhook.status === 'active') throw conflict('The webhook is active: what happens goes out already.')
    const running = await writer.webhookProbes.get(webhookId)
    if (running?.state === 'running') throw conflict('A probe of this webhook is under way.')
    const obstacle = await sendingObstacle(toolbox, writer, webhook)
    if (obstacle !== null) throw obstacle
    return webhook
  }

  return {
    async probeAndResume(caller, { organizationId, webhookId }) {
      await requireManaged(toolbox, caller, organizationId, webhookId)
      const put = (writer: Writer, deliveryId: string, heldDeliveryId: string | null) =>
        writer.webhookProbes.put({
          webhookId,
          deliveryId,
          heldDeliveryId,
          state: 'running',
          startedAt: clock.now(),
          startedBy: callerName(caller),
          finishedAt: null,
        })
      const sent = await store.write(async (writer) => {
        const webhook = await requireProbeable(writer, webhookId)
        const held = await writer.webhookProbes.findHeld(webhookId)
        if (held === null) return { webhook, deliveryId: null }
        const id = ids.next('dlv')
        const { eventId, occasionId } = held
        const made = {
          id,
          organizationId,
          occasionId,
          eventId,
          webhookId,
          kind: 'test',
          heldReason: null,
        } as const
        await writer.deliveries.insertMany([newDelivery(made, clock.now())])
        await put(writer, id, held.id)
        await audit.record(writer, caller, {
          action: 'webhooks.probe',
          organizationId,
          targetKind: 'webhook',
          targetId: webhookId,
          after: { deliveryId: id, heldDeliveryId: held.id },
        })
        return { webhook, deliveryId: id }
      })
      if (sent.deliveryId === null) {
        const type = eventTypes
          .list()
          .find(({ name }) => sent.webhook.events.some((one) => matches(one, name)))
        if (type === undefined)
          throw conflict('Nothing is held, and it asks for no event that there is an example of.')
        const { deliveryId } = await sendTest(caller, { organizationId, webhookId, eventType: type.name })
        await store.write((writer) => put(writer, deliveryId, null))
      }
      delivery.wake()
      return viewWebhook(store.read, webhookId, clock.now())
    },
  }
}

/** What has come of the probes that run. The host calls it every second; cheap when none does. */
export const stepProbes = async (toolbox: Toolbox, backlog: Backlog): Promise<void> => {
  const { store, clock, audit } = toolbox

  const resume = async (
    writer: Writer,
    probe: WebhookProbeRecord,
    webhook: WebhookRecord,
  ): Promise<boolean> => {
    if ((await sendingObstacle(toolbox, writer, webhook)) !== null) {
      await writer.webhookProbes.end(webhook.id, 'cancelled', clock.now())
      return false
    }
    if (probe.heldDeliveryId !== null) {
      const folded = await writer.webhookProbes.foldInto(probe.heldDeliveryId, probe.deliveryId)
      if (folded) await writer.webhookProbes.put({ ...probe, deliveryId: probe.heldDeliveryId })
    }
    await writer.webhookProbes.end(webhook.id, 'passed', clock.now())
    await writer.webhooks.setStatus(webhook.id, { status: 'active', reason: null, at: clock.now() })
    await audit.record(writer, 'program', {
      action: 'webhooks.resume',
      organizationId: webhook.organizationId,
      targetKind: 'webhook',
      targetId: webhook.id,
      before: audited(webhook),
      after: { ...audited({ ...webhook, status: 'active' }), probeBy: probe.startedBy },
    })
    return true
  }

  /** Its step answers whether the webhook was resumed. */
  const nextStep = async (read: Reader, webhookId: string): Promise<Step<boolean> | null> => {
    const now = clock.now()
    const end =
      (state: Exclude<ProbeState, 'running'>): Step<boolean> =>
      async (writer) => {
        await writer.webhookProbes.end(webhookId, state, now)
        return false
      }
    const probe = await read.webhookProbes.get(webhookId)
    if (probe?.state !== 'running') return null
    const webhook = await read.webhooks.get(webhookId)
    if (webhook === null || webhook.status === 'active') return end('cancelled')
    const sent = await read.deliveries.get(probe.deliveryId)
    switch (sent?.status) {
      case 'delivered':
        return (writer) => resume(writer, probe, webhook)
      case 'sending':
        return null
      case 'waiting':
        if (now - probe.startedAt <= probeMsMax) return null
        return async (writer) =>
          (await writer.webhookProbes.withdraw(probe.deliveryId, now)) && end('timed_out')(writer)
      case 'exhausted':
        return end('failed')
      default:
        return end('cancelled')
    }
  }

  await runEach(await store.read.webhookProbes.listRunning(runningRead), async ({ webhookId }) => {
    if (await takeStep(store, (read) => nextStep(read, webhookId))) await backlog.release(webhookId)
  })
}
