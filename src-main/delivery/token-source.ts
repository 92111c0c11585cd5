import { z } from 'zod'
import { basicValue } from './authorization.ts'
import { retryAfterMsMax, retryAfterOf } from './backoff.ts'
import type { Channel } from './channel.ts'
import type { Clock } from './clock.ts'
import type { Failure } from './failure.ts'
import type { Exchange } from './flight.ts'
import type { Pause } from './pause.ts'

/** What a token endpoint may take for its whole answer. */
const timeoutMs = 10_000
/** Of a token whose endpoint does not say how long it lives. */
const lifetimeSecondsDefault = 300
const lifetimeSecondsMax = 24 * 3_600
/** A token is renewed this long before its end, or at nine tenths of its life. */
const marginMs = 60_000
/** After a failure the endpoint is left alone for so long, or as long as it asks: a backlog must not fall upon it. */
const failurePauseMs = 1_000
/** A receiver that refuses every token gets a new one no more often than this. */
const replacementPauseMs = 60_000

export type TokenAnswer =
  | { readonly token: string; readonly failure: null }
  | { readonly token: null; readonly failure: Failure }
type Done = (answer: TokenAnswer) => void

interface Token {
  readonly value: string
  readonly renewAt: number
  /** When it took the place of one that the receiver refused; null when it did not. */
  readonly replacedAt: number | null
}

const grantSchema = z.object({
  access_token: z
    .string()
    .max(8 * 1024)
    .regex(/^[\x21-\x7e]+$/),
  token_type: z
    .string()
    .regex(/^bearer$/i)
    .optional(),
  expires_in: z.coerce.number().min(0).optional(),
})

/** Of RFC 6749, 5.2. Any other text of the endpoint is told to nobody: it might repeat the secret. */
const errorSchema = z.object({
  error: z.enum([
    'invalid_request',
    'invalid_client',
    'invalid_grant',
    'unauthorized_client',
    'unsupported_grant_type',
    'invalid_scope',
  ]),
})

const jsonOf = (body: Buffer | null): unknown => {
  try {
    return JSON.parse(body?.toString('utf8') ?? '')
  } catch {
    return undefined
  }
}

const failed = (failure: Failure): TokenAnswer => ({ token: null, failure })

const failureOfExchange = (exchange: Exchange, hostname: string): Failure | null => {
  const { failure, statusCode, remoteAddress, responseBody, responseHeaders, finishedAt } = exchange
  if (failure === null) return null
  if (failure.errorClass !== 'http') {
    const message = `There is no token for this request. Token endpoint: ${failure.message}`
    return { ...failure, message, elsewhere: { hostname, remoteAddress } }
  }
  const told = errorSchema.safeParse(jsonOf(responseBody))
  const detail = told.success ? `${statusCode}, ${told.data.error}` : String(statusCode)
  const refusal = {
    errorClass: 'http',
    message: `The token endpoint refuses to give a token (${detail}).`,
  } as const
  const askedMs = retryAfterOf(responseHeaders, finishedAt)
  return askedMs === null ? refusal : { ...refusal, notBefore: finishedAt + askedMs }
}

const readAnswer = (exchange: Exchange, hostname: string) => {
  const failure = failureOfExchange(exchange, hostname)
  if (failure !== null) return { failure, granted: null }
  const answer = grantSchema.safeParse(
    exchange.responseBodyTruncated ? undefined : jsonOf(exchange.responseBody),
  )
  if (answer.success) return { failure: null, granted: answer.data }
  const message = 'The answer of the token endpoint holds no bearer token.'
  return { failure: { errorClass: 'protocol', message } satisfies Failure, granted: null }
}

export interface TokenSourceParts {
  /** To the token endpoint, under the network policy of the webhook. */
  readonly channel: Pick<Channel, 'destination' | 'send' | 'close' | 'destroy'>
  readonly clock: Clock
  readonly clientId: string
  readonly clientSecret: string
  readonly scope: string | null
  /** In which the endpoint is not asked: there is no token meanwhile. */
  readonly pause: Pause
}

/** As RFC 6749 (2.3.1) wants the parts of the password. */
const formEncoded = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1)

/**
 * Access tokens by the client credentials of OAuth 2 (RFC 6749, 4.4). One is kept in memory until shortly before its
 * end; whoever asks while one is on its way waits for that one.
 */
export class TokenSource {
  readonly #parts: TokenSourceParts
  readonly #headers: string[]
  readonly #body: Buffer
  #token: Token | null = null
  #waiting: Done[] | null = null

  constructor(parts: TokenSourceParts) {
    this.#parts = parts
    this.#headers = [
      ...['user-agent', 'Patchbay/1', 'accept', 'application/json'],
      ...['content-type', 'application/x-www-form-urlencoded'],
      ...['authorization', basicValue(formEncoded(parts.clientId), formEncoded(parts.clientSecret))],
    ]
    const form = new URLSearchParams({ grant_type: 'client_credentials' })
    if (parts.scope !== null) form.set('scope', parts.scope)
    this.#body = Buffer.from(form.toString())
  }

  /** The token to send with. `done` may be called before this returns. */
  get(done: Done): void {
    const now = this.#parts.clock.now()
    if (this.#token !== null && now < this.#token.renewAt) {
      done({ token: this.#token.value, failure: null })
      return
    }
    const failure = this.#parts.pause.failureAt(now)
    if (failure !== null) done(failed(failure))
    else this.#fetch(null, done)
  }

  /** Another token than the one that the receiver has refused; null when there is no sense in asking for one. */
  replace(refused: string, done: (answer: TokenAnswer | null) => void): void {
    const now = this.#parts.clock.now()
    const { value, replacedAt = null } = this.#token ?? {}
    if (this.#waiting !== null || value !== refused) this.get(done)
    else if (replacedAt !== null && now - replacedAt < replacementPauseMs) done(null)
    else this.#fetch(now, done)
  }

  close(): void {
    this.#parts.channel.close()
  }

  destroy(): void {
    this.#parts.channel.destroy()
  }

  #fetch(replacedAt: number | null, done: Done): void {
    if (this.#waiting !== null) {
      this.#waiting.push(done)
      return
    }
    const waiting = [done]
    this.#waiting = waiting
    this.#token = null
    const request = { headers: this.#headers, body: this.#body, timeoutMs }
    this.#parts.channel.send(request, (exchange) => {
      this.#waiting = null
      const answer = this.#read(exchange, replacedAt)
      for (const one of waiting) one(answer)
    })
  }

  #read(exchange: Exchange, replacedAt: number | null): TokenAnswer {
    const now = this.#parts.clock.now()
    const { failure, granted } = readAnswer(exchange, this.#parts.channel.destination.hostname)
    if (failure !== null) {
      const askedUntil = Math.min(failure.notBefore ?? 0, now + retryAfterMsMax)
      this.#parts.pause.begin(now, Math.max(now + failurePauseMs, askedUntil), failure)
      return failed(failure)
    }
    const { access_token: token, expires_in: seconds = lifetimeSecondsDefault } = granted
    const lifetimeMs = Math.min(seconds, lifetimeSecondsMax) * 1_000
    this.#token = {
      value: token,
      renewAt: now + lifetimeMs - Math.min(marginMs, lifetimeMs / 10),
      replacedAt,
    }
    return { token, failure: null }
  }
}
