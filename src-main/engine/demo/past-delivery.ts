import { createHmac } from 'node:crypto'
import { formatDuration } from '#contract/duration.ts'
import { jitterMaxOf, jitterPartMax } from '#contract/schedule.ts'
import type { HeldReason } from '#contract/vocabulary.ts'
import type {
  AttemptRecord,
  DeliveryRecord,
  EventRecord,
  PastAttempt,
  WebhookRecord,
} from '#main/store/interface.ts'
import { newDelivery } from '../deliveries/birth.ts'
import type { Ids } from '../ids.ts'
import type { Chance } from './chance.ts'
import type { DemoAnswer, DemoDefinition, DemoWebhook } from './definition.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** What is due around now would begin while the workspace is made: it is put off by so much. */
const restMs = 60_000

/** A webhook of the demo workspace while its history is made up. */
export interface PastWebhook {
  readonly record: WebhookRecord
  readonly plan: DemoWebhook
  readonly secretId: string
  readonly secret: string
  /** Its address, and until when its certificate is good. */
  readonly remoteAddress: string
  readonly certificateEndsAt: number
  /** When nothing was sent any more, and what its deliveries are held for since. */
  readonly ended: { readonly at: number; readonly heldReason: HeldReason } | null
  /** When the receiver said that it is gone. */
  goneAt: number | null
}

export interface PastDelivery {
  readonly delivery: DeliveryRecord
  readonly attempts: readonly PastAttempt[]
}

export interface DeliveryWorld {
  readonly definition: Pick<DemoDefinition, 'answers' | 'scheduleMs'>
  readonly chance: Chance
  readonly ids: Ids
  /** Unix ms. */
  readonly now: number
}

const signatureOf = (secret: string, id: string, timestamp: string, body: string): string => {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
}

const rounded = (ms: number): number => Math.round(ms * 100) / 100

/** Makes up how the deliveries of the demo workspace went, by what is defined of their webhooks. */
export const createPastDeliveries = ({ definition, chance, ids, now }: DeliveryWorld) => {
  const answerOf = (name: string): DemoAnswer => {
    const answer = definition.answers[name]
    if (answer === undefined) throw new RangeError(`The demo has no answer called ${name}.`)
    return answer
  }

  /** What comes back of the attempt `number`. A failure now and then is always followed by a good attempt. */
  const comesBack = ({ plan }: PastWebhook, number: number, startedAt: number): DemoAnswer => {
    const { broken, failsWith, failureShare } = plan
    if (broken !== undefined && startedAt >= now - broken.sinceHours * hourMs) return answerOf(broken.with)
    const nextMs = (definition.scheduleMs[number] ?? dayMs) * (1 + jitterPartMax)
    const hasTime = startedAt + nextMs + restMs < now
    if (failsWith.length > 0 && hasTime && chance.happens(failureShare))
      return answerOf(chance.pick(failsWith))
    return answerOf(plan.answer)
  }

  const nextDue = (number: number, finishedAt: number) => {
    const baseMs = definition.scheduleMs[number]
    if (baseMs === undefined) return null
    const jitterMs = Math.floor(jitterMaxOf(baseMs) * chance.next())
    const dueAt = finishedAt + baseMs + jitterMs
    const reason = `schedule ${formatDuration(baseMs)}${jitterMs > 0 ? ` + jitter ${formatDuration(jitterMs)}` : ''}`
    const isAboutNow = dueAt > now - restMs && dueAt < now + restMs
    return { dueAt: isAboutNow ? now + restMs + jitterMs : dueAt, reason }
  }

  /** The phases of an exchange that took `tookMs`; every third needed a connection of its own. */
  const phasesOf = (webhook: PastWebhook, answer: DemoAnswer, queueMs: number, tookMs: number) => {
    const none = { queueMs, dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, bodyMs: null }
    if (answer.statusCode === undefined && answer.connects !== true) return none
    const { protocol } = new URL(webhook.record.url)
    const isNew = chance.happens(0.3)
    const dnsMs = isNew && protocol === 'https:' ? rounded(tookMs * 0.03) : null
    const connectMs = isNew ? rounded(tookMs * 0.06) : null
    const tlsMs = isNew && protocol === 'https:' ? rounded(tookMs * 0.12) : null
    if (answer.statusCode === undefined) return { ...none, dnsMs, connectMs, tlsMs }
    const bodyMs = rounded(tookMs * 0.02)
    const firstByteMs = rounded(tookMs - bodyMs - (dnsMs ?? 0) - (connectMs ?? 0) - (tlsMs ?? 0))
    return { queueMs, dnsMs, connectMs, tlsMs, firstByteMs, bodyMs }
  }

  const attemptOf = (
    webhook: PastWebhook,
    event: EventRecord,
    made: { deliveryId: string; number: number; dueAt: number; startedAt: number; answer: DemoAnswer },
  ): AttemptRecord => {
    const { deliveryId, number, dueAt, startedAt, answer } = made
    const { url } = webhook.record
    const { host, protocol } = new URL(url)
    const tookMs = answer.tookMs ?? Math.round(webhook.plan.latencyMs * (0.55 + chance.next() ** 2 * 2))
    const finishedAt = startedAt + tookMs
    const timestamp = String(Math.floor(startedAt / 1_000))
    const isConnected = answer.statusCode !== undefined || answer.connects === true
    const isTls = isConnected && protocol === 'https:'
    return {
      id: ids.next('att', startedAt),
      deliveryId,
      number,
      startedAt,
      finishedAt,
      url,
      statusCode: answer.statusCode ?? null,
      errorClass: answer.errorClass ?? null,
      errorMessage: answer.message ?? null,
      requestHeaders: {
        host,
        'user-agent': 'Patchbay/1',
        'content-type': 'application/json',
        'content-length': String(event.sizeBytes),
        'webhook-id': event.id,
        'webhook-timestamp': timestamp,
        'webhook-signature': signatureOf(webhook.secret, event.id, timestamp, event.body),
      },
      responseHeaders:
        answer.statusCode === undefined
          ? null
          : {
              'content-type': answer.contentType,
              'content-length': String(Buffer.byteLength(answer.body)),
              date: new Date(finishedAt).toUTCString(),
            },
      responseBody: answer.body === '' ? null : Buffer.from(answer.body),
      responseBodyTruncated: false,
      remoteAddress: isConnected ? webhook.remoteAddress : null,
      tlsVersion: isTls ? 'TLSv1.3' : null,
      tlsCertificateEndsAt: isTls ? webhook.certificateEndsAt : null,
      phases: phasesOf(webhook, answer, startedAt - dueAt, tookMs),
      secretIds: [webhook.secretId],
      nextAttemptAt: null,
      nextAttemptReason: null,
      delayedBy: null,
    }
  }

  /** The delivery of an event that was accepted while the webhook was there. */
  return (webhook: PastWebhook, event: EventRecord): PastDelivery => {
    const { organizationId, occasionId, id: eventId, acceptedAt } = event
    const id = ids.next('dlv', acceptedAt)
    const names = { id, organizationId, occasionId, eventId, webhookId: webhook.record.id }
    const born = newDelivery({ ...names, kind: 'event', heldReason: null }, acceptedAt)
    const attempts: PastAttempt[] = []

    const end = (
      over: Pick<DeliveryRecord, 'status' | 'heldReason' | 'dueAt' | 'finishedAt'>,
    ): PastDelivery => {
      const last = attempts.at(-1)?.attempt
      const { statusCode: lastStatusCode = null, errorClass: lastErrorClass = null } = last ?? {}
      const delivery = { ...born, attempts: attempts.length, lastStatusCode, lastErrorClass, ...over }
      return { delivery, attempts }
    }
    const hold = (heldReason: HeldReason) =>
      end({ status: 'held', heldReason, dueAt: null, finishedAt: null })
    const finish = (status: 'delivered' | 'exhausted', finishedAt: number) =>
      end({ status, heldReason: null, dueAt: null, finishedAt })
    const attempt = (number: number, dueAt: number, startedAt: number, answer: DemoAnswer): AttemptRecord => {
      const made = attemptOf(webhook, event, { deliveryId: id, number, dueAt, startedAt, answer })
      attempts.push({ webhookId: webhook.record.id, attempt: made })
      return made
    }

    let dueAt = acceptedAt
    for (let number = 1; ; number += 1) {
      const startedAt = dueAt + 3 + chance.below(40)
      if (webhook.ended !== null && startedAt >= webhook.ended.at) {
        if (webhook.ended.heldReason === 'gone' && webhook.goneAt === null && number === 1) {
          webhook.goneAt = attempt(number, dueAt, startedAt, answerOf('gone')).finishedAt
        }
        return hold(webhook.ended.heldReason)
      }
      if (startedAt >= now) return end({ status: 'waiting', heldReason: null, dueAt, finishedAt: null })
      const made = attempt(number, dueAt, startedAt, comesBack(webhook, number, startedAt))
      if (made.errorClass === null) return finish('delivered', made.finishedAt)
      const next = nextDue(number, made.finishedAt)
      if (next === null) return finish('exhausted', made.finishedAt)
      made.nextAttemptAt = next.dueAt
      made.nextAttemptReason = next.reason
      dueAt = next.dueAt
    }
  }
}
