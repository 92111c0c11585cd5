import type { Dispatcher } from 'undici'
import type { ConnectionFacts } from './connect.ts'
import { type Failure, failureOf, failureOfStatus } from './failure.ts'

/** This much of the body of an answer is kept; what follows is not read. */
export const responseBytesMax = 64 * 1024
/** More interim answers (1xx) than this are an abuse of the protocol. */
const interimAnswersMax = 8

export type ResponseHeaders = Record<string, string | string[]>

/** What came of one request. Durations in ms; a phase that did not happen is null. */
export interface Exchange extends ConnectionFacts {
  readonly startedAt: number
  readonly finishedAt: number
  readonly statusCode: number | null
  readonly failure: Failure | null
  readonly responseHeaders: ResponseHeaders | null
  readonly responseBody: Buffer | null
  readonly responseBodyTruncated: boolean
  readonly firstByteMs: number | null
  readonly bodyMs: number | null
}

/** Where a flight lands: the connection that carries it. */
export interface Carrier {
  /** Facts of the connection that this request made, or of the one that it reused (without durations). */
  facts(): ConnectionFacts
  /** Called once. `reusable` is false when the connection must not carry another request. */
  landed(exchange: Exchange, reusable: boolean): void
}

const noBody = Buffer.alloc(0)

/** One request under way: collects the answer, within bounds, until it ends one way or the other. */
export class Flight implements Dispatcher.DispatchHandler {
  readonly #carrier: Carrier
  readonly #startedAt: number
  readonly #startedTick = performance.now()
  readonly #timer: NodeJS.Timeout
  #sentTick: number | null = null
  #headTick: number | null = null
  #statusCode: number | null = null
  #headers: ResponseHeaders | null = null
  #chunks: Buffer[] | null = null
  #bytes = 0
  #interim = 0
  #landed = false

  constructor(carrier: Carrier, startedAt: number, timeoutMs: number) {
    this.#carrier = carrier
    this.#startedAt = startedAt
    const late = (): void => {
      this.#land({ errorClass: 'timeout', message: `No complete answer within ${timeoutMs} ms.` }, false)
    }
    // When the thread was busy past the time-out, an answer may have come in time and still lie in the socket:
    // an immediate comes after sockets have been read once more.
    this.#timer = setTimeout(() => setImmediate(late), timeoutMs)
  }

  onRequestStart(): void {
    this.#sentTick = performance.now()
  }

  onResponseStart(_: Dispatcher.DispatchController, statusCode: number, headers: ResponseHeaders): void {
    if (statusCode < 200) {
      this.#interim += 1
      if (this.#interim > interimAnswersMax) {
        this.#land(
          { errorClass: 'protocol', message: 'The receiver sent too many interim answers (1xx).' },
          false,
        )
      }
      return
    }
    this.#headTick = performance.now()
    this.#statusCode = statusCode
    this.#headers = headers
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    const room = responseBytesMax - this.#bytes
    this.#chunks ??= []
    if (chunk.length <= room) {
      this.#bytes += chunk.length
      this.#chunks.push(chunk)
      return
    }
    this.#bytes = responseBytesMax
    if (room > 0) this.#chunks.push(chunk.subarray(0, room))
    this.#answered(true)
  }

  onResponseEnd(): void {
    this.#answered(false)
  }

  onResponseError(_: Dispatcher.DispatchController | null, error: Error): void {
    this.#land(failureOf(error), false)
  }

  #answered(truncated: boolean): void {
    this.#land(this.#statusCode === null ? null : failureOfStatus(this.#statusCode), !truncated, truncated)
  }

  #body(): Buffer | null {
    if (this.#statusCode === null) return null
    if (this.#chunks === null) return noBody
    const [only] = this.#chunks
    return this.#chunks.length === 1 && only ? only : Buffer.concat(this.#chunks)
  }

  #land(failure: Failure | null, reusable: boolean, truncated = false): void {
    if (this.#landed) return
    this.#landed = true
    clearTimeout(this.#timer)
    const endTick = performance.now()
    const head = this.#headTick
    const facts = this.#carrier.facts()
    const exchange: Exchange = {
      dnsMs: facts.dnsMs,
      connectMs: facts.connectMs,
      tlsMs: facts.tlsMs,
      remoteAddress: facts.remoteAddress,
      tlsVersion: facts.tlsVersion,
      tlsCertificateEndsAt: facts.tlsCertificateEndsAt,
      startedAt: this.#startedAt,
      finishedAt: this.#startedAt + Math.round(endTick - this.#startedTick),
      statusCode: this.#statusCode,
      failure,
      responseHeaders: this.#headers,
      responseBody: this.#body(),
      responseBodyTruncated: truncated,
      firstByteMs: head === null || this.#sentTick === null ? null : head - this.#sentTick,
      bodyMs: head === null ? null : endTick - head,
    }
    this.#carrier.landed(exchange, reusable)
  }
}
