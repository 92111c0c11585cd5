import type { KeyObject } from 'node:crypto'
import type { ShapedRecord } from '#contract/events.ts'
import {
  type ContentType,
  type CustomHeader,
  mediaTypes,
  type SignatureStyle,
} from '#contract/webhook-options.ts'
import type { ClaimedDelivery, ClaimedWebhook } from '#main/store/interface.ts'
import type { Authorization } from './authorization.ts'
import type { Request } from './channel.ts'
import type { Content } from './content.ts'
import { isPrivateKey, keyOfSecret, sign } from './sign.ts'
import { styledSignatures } from './signature-styles.ts'

const userAgent = 'Patchbay/1'

/** The secrets of a webhook, ready to sign. */
export interface SigningKeys {
  readonly ids: string[]
  readonly keys: readonly KeyObject[]
  /** Their whole texts, which are the keys of GitHub's and Stripe's signatures; null for a key pair. */
  readonly texts: readonly (string | null)[]
}

/** @throws RangeError when a secret is malformed. */
export const signingKeysOf = ({ secrets }: ClaimedWebhook): SigningKeys => ({
  ids: secrets.map(({ id }) => id),
  keys: secrets.map(({ secret }) => keyOfSecret(secret)),
  texts: secrets.map(({ secret }) => (isPrivateKey(secret) ? null : secret)),
})

/** Secrets come newest first. */
const newestOf = ({ ids, keys, texts }: SigningKeys): SigningKeys => ({
  ids: ids.slice(0, 1),
  keys: keys.slice(0, 1),
  texts: texts.slice(0, 1),
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
  /** Beside the signature of Standard Webhooks. */
  readonly styles: readonly SignatureStyle[]
  readonly authorization: Authorization | null
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
  const { delivery, content, customHeaders, styles, authorization, host, timeoutMs, startedAt } = parts
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
    const request = { headers, body, timeoutMs, anonymous: true }
    return { request, recordedHeaders, secretIds: noSecrets, shaped }
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
  if (styles.length > 0) {
    const secrets = signing.texts.filter((text) => text !== null)
    for (const [name, value] of styledSignatures(styles, { timestampSeconds, body }, secrets)) {
      recordedHeaders[name] = value
      headers.push(name, value)
    }
  }
  if (authorization !== null) {
    const { name, value, recorded } = authorization
    recordedHeaders[name] = recorded
    if (value !== null) headers.push(name, value)
  }
  return { request: { headers, body, timeoutMs }, recordedHeaders, secretIds: signing.ids, shaped }
}
