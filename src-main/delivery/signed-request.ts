import type { KeyObject } from 'node:crypto'
import type { ShapedRecord } from '#contract/events.ts'
import { type ContentType, type CustomHeader, mediaTypes } from '#contract/webhook-options.ts'
import type { ClaimedDelivery, ClaimedWebhook } from '#main/store/interface.ts'
import type { Request } from './channel.ts'
import type { Content } from './content.ts'
import { keyOfSecret, sign } from './sign.ts'

const userAgent = 'Patchbay/1'

/** The secrets of a webhook, ready to sign. */
export interface SigningKeys {
  readonly ids: string[]
  readonly keys: readonly KeyObject[]
}

/** @throws RangeError when a secret is malformed. */
export const signingKeysOf = ({ secrets }: ClaimedWebhook): SigningKeys => ({
  ids: secrets.map(({ id }) => id),
  keys: secrets.map(({ secret }) => keyOfSecret(secret)),
})

/** Secrets come newest first. */
const newestOf = ({ ids, keys }: SigningKeys): SigningKeys => ({
  ids: ids.slice(0, 1),
  keys: keys.slice(0, 1),
})

/** What the headers say of a body, and what a person has added; names in lower case. */
export const steadyHeaders = (
  { contentType, sizeBytes }: { readonly contentType: ContentType; readonly sizeBytes: number },
  custom: readonly CustomHeader[],
): Record<string, string> => {
  const headers: Record<string, string> = {
    'user-agent': userAgent,
    'content-type': mediaTypes[contentType],
    'content-length': String(sizeBytes),
  }
  for (const { name, value } of custom) headers[name.toLowerCase()] = value
  return headers
}

/** A request with what is recorded of it. */
export interface PreparedRequest {
  readonly request: Request
  /** As sent, without `connection`. Holds no secret: a signature is none. */
  readonly recordedHeaders: Record<string, string>
  /** The secrets that signed. */
  readonly secretIds: string[]
  /** Undefined when the body of the event is sent as it is. */
  readonly shaped: ShapedRecord | undefined
}

export interface RequestParts {
  readonly delivery: ClaimedDelivery
  readonly content: Content
  readonly customHeaders: readonly CustomHeader[]
  readonly signing: SigningKeys
  /** Host and port as in the header `host`. */
  readonly host: string
  readonly timeoutMs: number
  /** Of the attempt; its second is the timestamp. */
  readonly startedAt: number
}

const noSecrets: string[] = []
const noHeaders: readonly CustomHeader[] = []

/** The request of a delivery: signed, except for a connectivity check, which only asks whether somebody answers. */
export const prepareRequest = (parts: RequestParts): PreparedRequest => {
  const { delivery, content, customHeaders, host, timeoutMs, startedAt } = parts
  const { eventId } = delivery
  const { body, mediaType, shaped } = content
  const recordedHeaders: Record<string, string> = {
    host,
    'user-agent': userAgent,
    'content-type': mediaType,
    'content-length': String(body.length),
  }
  const headers = ['user-agent', userAgent, 'content-type', mediaType]
  if (delivery.kind === 'connectivity') {
    return { request: { headers, body, timeoutMs }, recordedHeaders, secretIds: noSecrets, shaped }
  }
  // They may be what lets the webhook in at its own receiver: none of another address's business.
  for (const { name, value } of delivery.kind === 'replay' ? noHeaders : customHeaders) {
    recordedHeaders[name.toLowerCase()] = value
    headers.push(name.toLowerCase(), value)
  }
  const signing = delivery.signedWith === 'newest' ? newestOf(parts.signing) : parts.signing
  const timestampSeconds = Math.floor(startedAt / 1000)
  const timestamp = String(timestampSeconds)
  const signature = sign({ id: eventId, timestampSeconds, body }, signing.keys)
  recordedHeaders['webhook-id'] = eventId
  recordedHeaders['webhook-timestamp'] = timestamp
  recordedHeaders['webhook-signature'] = signature
  headers.push('webhook-id', eventId, 'webhook-timestamp', timestamp, 'webhook-signature', signature)
  return { request: { headers, body, timeoutMs }, recordedHeaders, secretIds: signing.ids, shaped }
}
