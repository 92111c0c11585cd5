import type { Channel, Request } from './channel.ts'
import type { Clock } from './clock.ts'
import { withoutEcho } from './echo.ts'
import type { Failure } from './failure.ts'
import type { Exchange } from './flight.ts'
import { failedExchange } from './settlement.ts'
import type { TokenSource } from './token-source.ts'

type Done = (exchange: Exchange) => void

const withToken = (request: Request, token: string): Request => ({
  ...request,
  headers: [...request.headers, 'authorization', `Bearer ${token}`],
})

/** What the receiver answered, with the reason why there is no other token for it. */
const withoutNewToken = (refusal: Exchange, failure: Failure): Exchange => ({
  ...refusal,
  failure: {
    ...failure,
    message: `The receiver answered 401, and there is no new token. ${failure.message}`,
  },
})

type Carrying = Pick<Channel, 'destination' | 'send' | 'close' | 'destroy'>

/**
 * A channel whose requests carry an access token. Without one no request is made, and the attempt has failed. When
 * the receiver answers 401 to a token, the request goes out once more with a new one: tokens may be revoked.
 */
export class TokenChannel implements Carrying {
  readonly #channel: Carrying
  readonly #tokens: TokenSource
  readonly #clock: Clock

  constructor(channel: Carrying, tokens: TokenSource, clock: Clock) {
    this.#channel = channel
    this.#tokens = tokens
    this.#clock = clock
  }

  get destination(): Channel['destination'] {
    return this.#channel.destination
  }

  send(request: Request, done: Done): void {
    if (request.anonymous) {
      this.#channel.send(request, done)
      return
    }
    const startedAt = this.#clock.now()
    this.#tokens.get(({ token, failure }) => {
      if (token === null) done(failedExchange({ startedAt, finishedAt: this.#clock.now() }, failure))
      else this.#sendWith(token, request, done)
    })
  }

  #sendWith(token: string, request: Request, done: Done): void {
    this.#sendOnce(token, request, (exchange) => {
      if (exchange.statusCode !== 401) {
        done(exchange)
        return
      }
      this.#tokens.replace(token, (next) => {
        if (next === null) done(exchange)
        else if (next.token === null) done(withoutNewToken(exchange, next.failure))
        else this.#sendOnce(next.token, request, done)
      })
    })
  }

  #sendOnce(token: string, request: Request, done: Done): void {
    this.#channel.send(withToken(request, token), (exchange) => done(withoutEcho(exchange, [token])))
  }

  close(): void {
    this.#channel.close()
    this.#tokens.close()
  }

  destroy(): void {
    this.#channel.destroy()
    this.#tokens.destroy()
  }
}
