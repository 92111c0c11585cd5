import type { Exchange } from '#main/delivery/flight.ts'
import type { OpenChannel } from '#main/delivery/way.ts'
import type { MovableClock } from '../support/engine.ts'

export interface SentRequest {
  /** The event that it carries; null for a connectivity check. */
  readonly eventId: string | null
  readonly host: string
  readonly at: number
}

/** An endpoint without a network. */
export interface Endpoint {
  readonly openChannel: OpenChannel
  /** All requests, in their order. */
  readonly sent: SentRequest[]
  /** Requests that were not answered. */
  readonly open: number
  /** The most that were open at once. */
  readonly openMax: number
  /** Answers the oldest open request. */
  land(status?: number): void
}

const exchange = (
  status: number,
  startedAt: number,
  finishedAt: number,
  retryAfter: string | null,
): Exchange => ({
  startedAt,
  finishedAt,
  statusCode: status,
  failure: status < 300 ? null : { errorClass: 'http', message: `The receiver answered ${status}.` },
  responseHeaders: retryAfter === null ? {} : { 'retry-after': retryAfter },
  responseBody: null,
  responseBodyTruncated: false,
  remoteAddress: '127.0.0.1',
  tlsVersion: null,
  tlsCertificateEndsAt: null,
  dnsMs: null,
  connectMs: null,
  tlsMs: null,
  firstByteMs: 1,
  bodyMs: 1,
})

export type Answer = (request: SentRequest) => number | { status: number; retryAfter: string } | 'hang'

/** `answer` tells the status of each; those that hang wait for `land`. */
export const createEndpoint = (
  clock: MovableClock,
  answer: Answer,
  notice: () => void = () => {},
): Endpoint => {
  const sent: SentRequest[] = []
  const held: ((status: number) => void)[] = []
  let open = 0
  let openMax = 0
  return {
    sent,
    get open() {
      return open
    },
    get openMax() {
      return openMax
    },
    land(status = 200) {
      held.shift()?.(status)
    },
    openChannel: ({ destination }) => ({
      destination,
      send({ headers }, done) {
        const startedAt = clock.now()
        const place = headers.indexOf('webhook-id')
        const eventId = place < 0 ? null : (headers[place + 1] ?? null)
        const request = { eventId, host: destination.host, at: startedAt }
        sent.push(request)
        open += 1
        openMax = Math.max(openMax, open)
        const end = (status: number, retryAfter: string | null = null): void => {
          open -= 1
          done(exchange(status, startedAt, clock.now(), retryAfter))
        }
        const said = answer(request)
        if (said === 'hang') held.push(end)
        else if (typeof said === 'number') setImmediate(() => end(said))
        else setImmediate(() => end(said.status, said.retryAfter))
        notice()
      },
      close() {},
      destroy() {},
    }),
  }
}
