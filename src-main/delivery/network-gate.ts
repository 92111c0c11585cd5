import type { ErrorClass } from '#contract/vocabulary.ts'
import type { Exchange } from './flight.ts'
import { HostReaches } from './host-reaches.ts'
import type { Destination, Resolve } from './network-policy.ts'
import { type Network, type Reach, reaches } from './network-state.ts'

/** Failures that a machine without network has, too. */
const suspicious: ReadonlySet<ErrorClass> = new Set<ErrorClass>(['dns', 'unreachable', 'timeout', 'reset'])

/** Keeps what has no way out from going out, and tells a failure of the network from one of the receiver. */
export class NetworkGate {
  readonly #network: Network
  readonly #hosts: HostReaches
  /** How far the network went when it was last asked. */
  #reach: Reach
  /** When somebody beyond the local network answered last, as a `performance.now()`. */
  #answeredAt = Number.NEGATIVE_INFINITY

  constructor(network: Network, resolve: Resolve) {
    this.#network = network
    this.#hosts = new HostReaches(resolve)
    this.#reach = network.reach()
  }

  /** Says which URLs cannot be reached at the moment; null while all can. */
  unreachable(): ((url: string) => boolean) | null {
    const reach = this.#network.reach()
    if (reach !== this.#reach) this.#hosts.renew()
    this.#reach = reach
    return reach === 'world' ? null : (url) => !reaches(reach, this.#hosts.ofUrl(url))
  }

  /**
   * Whether a request to a host failed only because the machine has no network. Known at once but for failures that
   * are suspicious: then the network is looked at, unless somebody answered meanwhile.
   * A trial is made once, for somebody who waits: its failures count as what they are.
   */
  isAway(
    { hostname }: Pick<Destination, 'hostname'>,
    exchange: Exchange,
    isTrial: boolean,
  ): false | Promise<boolean> {
    const { statusCode, failure, startedAt, finishedAt } = exchange
    if (statusCode !== null) {
      if (this.#hosts.answered(hostname, exchange.remoteAddress) === 'world') this.#noteAnswer()
      return false
    }
    if (isTrial || failure === null || !suspicious.has(failure.errorClass)) return false
    const silent = failure.elsewhere ?? { hostname, remoteAddress: exchange.remoteAddress }
    const needed =
      silent.remoteAddress === null
        ? this.#hosts.unresolved(silent.hostname)
        : this.#hosts.silent(silent.hostname, silent.remoteAddress)
    if (needed === 'machine') return false
    const sentAt = performance.now() - (finishedAt - startedAt)
    if (needed === 'world' && this.#answeredAt >= sentAt) return false
    return this.#network.check().then((reach) => {
      const answered = needed === 'world' && this.#answeredAt >= sentAt
      return !answered && !reaches(reach, needed)
    })
  }

  #noteAnswer(): void {
    this.#answeredAt = performance.now()
    if (this.#network.reach() !== 'world') this.#network.noteAnswer()
  }
}
