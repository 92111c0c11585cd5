import { Client } from 'undici'
import type { Clock } from './clock.ts'
import {
  type Connecting,
  type ConnectionFacts,
  type ConnectOptions,
  noFacts,
  type SessionMemory,
  startConnecting,
} from './connect.ts'
import { type Failure, failureOf } from './failure.ts'
import { type Carrier, type Exchange, Flight } from './flight.ts'
import type { Destination } from './network-policy.ts'

/** How long an idle connection is kept, unless the receiver says less. */
const idleMsMax = 10_000
/** A connection is replaced after this, so that a changed DNS record is noticed under steady traffic too. */
const connectionAgeMsMax = 300_000
const headerBytesMax = 16 * 1024

/** One request to make. */
export interface Request {
  /** Name, value, name, value …; `host` and `content-length` are added. */
  readonly headers: string[]
  readonly body: Uint8Array
  /** For everything from the first step to the last byte. */
  readonly timeoutMs: number
  /** It does not show who sends. */
  readonly anonymous?: boolean
}

export interface ChannelOptions extends ConnectOptions {
  readonly destination: Destination
  readonly clock: Clock
}

type Done = (exchange: Exchange) => void

/**
 * The connections to the address of one webhook, under one network policy. Each carries one request at a
 * time; how many there are is up to the caller.
 */
export class Channel {
  readonly destination: Destination
  readonly #options: ChannelOptions
  readonly #memory: SessionMemory = { session: undefined, certificateEndsAt: null }
  readonly #idle: Connection[] = []
  readonly #busy = new Set<Connection>()
  #closed = false

  constructor(options: ChannelOptions) {
    this.destination = options.destination
    this.#options = options
  }

  /** Makes the request on a free or a new connection. `done` is called once, possibly before this returns. */
  send(request: Request, done: Done): void {
    const connection = this.#idle.pop() ?? new Connection(this.#options, this.#memory, this)
    this.#busy.add(connection)
    connection.carry(request, done)
  }

  /** Takes back a connection whose request has landed. */
  release(connection: Connection, reusable: boolean): void {
    this.#busy.delete(connection)
    if (reusable && !this.#closed && connection.ageMs() < connectionAgeMsMax) this.#idle.push(connection)
    else connection.drop()
  }

  /** Forgets a connection that ended while it was idle. */
  forget(connection: Connection): void {
    const index = this.#idle.indexOf(connection)
    if (index >= 0) this.#idle.splice(index, 1)
    if (!this.#busy.has(connection)) connection.drop()
  }

  /** Closes idle connections now and busy ones when their request has landed. */
  close(): void {
    this.#closed = true
    for (const connection of this.#idle.splice(0)) connection.drop()
  }

  /** Ends everything at once; requests under way land as failed. */
  destroy(): void {
    this.close()
    for (const connection of [...this.#busy]) connection.drop()
  }
}

/** One HTTP connection that carries one request at a time. */
class Connection implements Carrier {
  readonly #client: Client
  readonly #channel: Channel
  readonly #options: ChannelOptions
  readonly #openedTick = performance.now()
  #connecting: Connecting | null = null
  /** True when the present request made its connection itself. */
  #fresh = false
  /** The facts of the connection for a request that found it there. */
  #reusedFacts: ConnectionFacts | null = null
  #done: Done | null = null

  constructor(options: ChannelOptions, memory: SessionMemory, channel: Channel) {
    this.#options = options
    this.#channel = channel
    this.#client = new Client(options.destination.origin, {
      connect: (target, callback) => {
        this.#fresh = true
        this.#reusedFacts = null
        this.#connecting = startConnecting(target, options, memory, callback)
      },
      pipelining: 1,
      keepAliveTimeout: idleMsMax,
      keepAliveMaxTimeout: idleMsMax,
      maxHeaderSize: headerBytesMax,
      // The time-out of the whole request is kept by the flight.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
    this.#client.on('disconnect', () => channel.forget(this))
  }

  ageMs(): number {
    return performance.now() - this.#openedTick
  }

  carry(request: Request, done: Done): void {
    this.#fresh = false
    this.#done = done
    const flight = new Flight(this, this.#options.clock.now(), request.timeoutMs)
    this.#client.dispatch(
      { path: this.#options.destination.path, method: 'POST', headers: request.headers, body: request.body },
      flight,
    )
  }

  facts(): ConnectionFacts {
    if (this.#connecting === null) return noFacts
    if (this.#fresh) return this.#connecting.facts()
    this.#reusedFacts ??= { ...this.#connecting.facts(), dnsMs: null, connectMs: null, tlsMs: null }
    return this.#reusedFacts
  }

  landed(exchange: Exchange, reusable: boolean): void {
    const done = this.#done
    this.#done = null
    const failure = this.#explain(exchange.failure)
    this.#channel.release(this, reusable)
    done?.(failure === exchange.failure ? exchange : { ...exchange, failure })
  }

  /** A receiver that refuses a client certificate closes the connection, and says why in a TLS alert before. */
  #explain(failure: Failure | null): Failure | null {
    const trouble = failure?.errorClass === 'reset' ? this.#connecting?.trouble() : null
    if (!trouble) return failure
    const explained = failureOf(trouble)
    return explained.errorClass === 'tls' ? explained : failure
  }

  /** Ends it in whatever state it is. */
  drop(): void {
    this.#connecting?.abandon()
    this.#client.destroy(null, () => {})
  }
}
