import { batchBytesMax, type EventInput, eventBytesMax } from '#contract/events.ts'
import { invalid, PatchbayError } from '../errors.ts'
import type { EventTypes } from '../event-types/event-types.ts'
import { plainBody } from './body.ts'
import { requestHash } from './request-hash.ts'

/** An event that passed all checks which need no store. */
export interface PreparedEvent {
  readonly type: string
  readonly occasionId: string | null
  /** Unix ms. */
  readonly occurredAt: number
  /** As it was sent, for conditions. */
  readonly data: unknown
  /** The body without its occasion, which is known in the transaction only. */
  readonly plainBody: string
  /** Of the plain body. */
  readonly sizeBytes: number
  readonly idempotency: { readonly key: string; readonly hash: Buffer } | null
}

const occurredAtOf = (timestamp: string | undefined, now: number): number => {
  if (timestamp === undefined) return now
  const at = Date.parse(timestamp)
  if (!(at >= 0)) throw invalid('/timestamp', 'must be a time since 1970')
  return at
}

/** Nesting that exhausts the stack is for the sender to mend. */
const shallow = <T>(work: () => T): T => {
  try {
    return work()
  } catch (error) {
    if (error instanceof RangeError) throw invalid('/data', 'is nested too deeply')
    throw error
  }
}

const tooLarge = (what: string, bytes: number, bytesMax: number): PatchbayError =>
  new PatchbayError('payload_too_large', {
    detail: `The ${what} has ${bytes} bytes of JSON; at most ${bytesMax} are accepted.`,
  })

/**
 * Checks an event and makes what is written of it. `now` is Unix ms.
 * @throws PatchbayError `invalid` with the failing paths, `payload_too_large`.
 */
export const prepareEvent = (eventTypes: EventTypes, input: EventInput, now: number): PreparedEvent => {
  const { type, data, occasionId, timestamp, idempotencyKey } = input
  const occurredAt = occurredAtOf(timestamp, now)
  const body = shallow(() => plainBody({ type, occurredAt, data }))
  const sizeBytes = Buffer.byteLength(body)
  if (sizeBytes > eventBytesMax) throw tooLarge('event', sizeBytes, eventBytesMax)
  const fields = eventTypes.check(type, data)
  if (fields.length > 0) throw new PatchbayError('invalid', { fields })
  return {
    type,
    occasionId: occasionId ?? null,
    occurredAt,
    data,
    plainBody: body,
    sizeBytes,
    idempotency:
      idempotencyKey === undefined
        ? null
        : {
            // Halves of surrogate pairs all look the same to the database: two keys must not meet there.
            key: idempotencyKey.toWellFormed(),
            hash: shallow(() => requestHash({ type, data, occasionId, timestamp })),
          },
  }
}

/** So many findings of a batch are told. */
const fieldsMax = 50

/**
 * Prepares all events of a batch, with paths like `/events/3/data/email`.
 * @throws PatchbayError `payload_too_large` for the first that is, or for all together; else `invalid` with what
 *   is wrong in all.
 */
export const prepareBatch = (
  eventTypes: EventTypes,
  inputs: readonly EventInput[],
  now: number,
): PreparedEvent[] => {
  const prepared: PreparedEvent[] = []
  const fields = inputs.flatMap((input, index) => {
    try {
      prepared.push(prepareEvent(eventTypes, input, now))
      return []
    } catch (error) {
      if (!(error instanceof PatchbayError)) throw error
      const inBatch = inBatchAt(index, error)
      if (error.code !== 'invalid') throw inBatch
      return inBatch.fields ?? []
    }
  })
  if (fields.length > 0) throw new PatchbayError('invalid', { fields: fields.slice(0, fieldsMax) })
  const bytes = prepared.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  if (bytes > batchBytesMax) throw tooLarge('batch', bytes, batchBytesMax)
  return prepared
}

/** The same error, told of one event of a batch. */
export const inBatchAt = (index: number, error: PatchbayError): PatchbayError => {
  const { code, detail, decision, fields = [{ path: '', message: error.message }] } = error
  return new PatchbayError(code, {
    detail,
    decision,
    fields: fields.map(({ path, message }) => ({ path: `/events/${index}${path}`, message })),
    cause: error,
  })
}
