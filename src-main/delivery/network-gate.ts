import type { ErrorClass } from '#contract/vocabulary.ts'
import type { Exchange } from './flight.ts'
import { type Network, type Reach, reaches, reachOfUrl } from './network-state.ts'

/** Failures that a machine without network has, too. */
const suspicious: ReadonlySet<ErrorClass> = new Set<ErrorClass>(['dns', 'unreachable', 'timeout', 'reset'])

/** Keeps what has no way out from going out, and tells a failure of the network from one of the receiver. */
export class NetworkGate {
  readonly #network: Network
  /** When somebody beyond the local network answered last, as a `performance.now()`. */
  #answeredAt = Number.NEGATIVE_INFINITY

  constructor(network: Network) {
    this.#network = network
  }

  /** Says which URLs cannot be reached at the moment; null while all can. */
  unreachable(): ((url: string) => boolean) | null {
    const reach = this.#network.reach()
    return reach === 'world' ? null : (url) => !reaches(reach, reachOfUrl(url))
  }

  /**
   * Whether a request to a host that needs `needed` failed only because the machine has no network. Known at once
   * but for failures that are suspicious: then the network is looked at, unless somebody answered meanwhile.
   * A trial is made once, for somebody who waits: its failures count as what they are.
   */
  isAway(needed: Reach, exchange: Exchange, isTrial: boolean): false | Promise<boolean> {
    const { statusCode, failure, startedAt, finishedAt } = exchange
    if (statusCode !== null) {
      if (needed === 'world') this.#noteAnswer()
      return false
    }
    if (isTrial || needed === 'machine' || failure === null || !suspicious.has(failure.errorClass))
      return false
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
