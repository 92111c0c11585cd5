import { createHash } from 'node:crypto'
import type { ShapedRecord } from '#contract/events.ts'
import { mediaTypes } from '#contract/webhook-options.ts'
import type { ClaimedDelivery, ClaimedWebhook } from '#main/store/interface.ts'
import type { Failure } from './failure.ts'
import { shapeBody } from './shape.ts'

/** What a request carries. */
export interface Content {
  readonly body: Buffer
  readonly mediaType: string
  /** What is kept of a body that is not that of the event: enough to make it again, and to know that it is the same. */
  readonly shaped?: ShapedRecord
  /** Set when there is nothing that may be sent. */
  readonly failure: Failure | null
}

const noBody = Buffer.alloc(0)

const shapedContent = (body: Buffer, { shape, shapeId }: NonNullable<ClaimedWebhook['shaping']>): Content => {
  const made = shapeBody(body.toString('utf8'), shape)
  if (made.kind === 'unshapeable') {
    const failure = { errorClass: 'shape', message: made.problem } as const
    return { body: noBody, mediaType: mediaTypes[shape.contentType], failure }
  }
  const { contentType } = made
  const sha256 = createHash('sha256').update(made.body).digest('hex')
  const shaped = { shapeId, contentType, sizeBytes: made.body.length, sha256 }
  return { body: made.body, mediaType: mediaTypes[contentType], shaped, failure: null }
}

/** What goes out for a delivery: the body of its event, shaped where the webhook has a shape. A mere check has none. */
export const contentOf = ({ kind, body }: ClaimedDelivery, { shaping }: ClaimedWebhook): Content =>
  shaping === null || kind === 'connectivity'
    ? { body, mediaType: mediaTypes.json, failure: null }
    : shapedContent(body, shaping)
