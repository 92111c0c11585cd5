import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** How far: no further than the machine itself, the local network, or everywhere. */
export type Reach = 'machine' | 'lan' | 'world'

export const distances: Record<Reach, number> = { machine: 0, lan: 1, world: 2 }

/** Whether a network that goes as far as `reach` goes as far as is needed. */
export const reaches = (reach: Reach, needed: Reach): boolean => distances[reach] >= distances[needed]

const localRanges = new Set(['private', 'linkLocal', 'uniqueLocal', 'deprecatedSiteLocal'])
/** RFC 6761, 6762, 8375, and what is set aside or usual for the inside of a network. */
const localSuffix = /\.(local|lan|internal|home\.arpa|intranet|corp|home)$/

/** How far the network must go for an address; of a name as a URL holds it, what the name itself tells. */
export const reachOfHost = (hostname: string): Reach => {
  if (isIP(hostname) !== 0) {
    const range = ipaddr.process(hostname).range()
    if (range === 'loopback' || range === 'unspecified') return 'machine'
    return localRanges.has(range) ? 'lan' : 'world'
  }
  if (hostname === 'localhost' || hostname.endsWith('.localhost')) return 'machine'
  return !hostname.includes('.') || localSuffix.test(hostname) ? 'lan' : 'world'
}

/** What is asked of the machine; tests answer for it. Each answers within a few seconds and never rejects. */
export interface NetworkProbes {
  /** Whether the machine has an address by which it could reach another one. Cheap. */
  hasInterface(): boolean
  /** Whether packets to the rest of the world have a way. */
  hasRoute(): Promise<boolean>
  /** Whether anything resolves names. */
  canResolve(): Promise<boolean>
}

/** The network as deliveries see it. */
export interface Network {
  /** As far as is known. */
  reach(): Reach
  /** Looks again, and answers within a few seconds. */
  check(): Promise<Reach>
  /** Somebody out there has answered. */
  noteAnswer(): void
}

/** What was found is good for so long. */
const freshMs = 1_000
/** How often the route is looked at while all is well … */
const routeEveryMs = 5_000
/** … and everything while it is not. */
const offlineEveryMs = 2_000

/** Knows how far the network of the machine goes. One for the host and its worker. */
export class NetworkState implements Network {
  readonly #probes: NetworkProbes
  readonly #onChange: (reach: Reach) => void
  #reach: Reach
  /** When all was looked at, or somebody answered, as a `performance.now()` … */
  #checkedAt = Number.NEGATIVE_INFINITY
  /** … and when the route alone was. It may be there while no name resolves. */
  #routeAt = Number.NEGATIVE_INFINITY
  #checking: Promise<Reach> | null = null

  constructor({ probes, onChange }: { probes: NetworkProbes; onChange: (reach: Reach) => void }) {
    this.#probes = probes
    this.#onChange = onChange
    this.#reach = probes.hasInterface() ? 'world' : 'machine'
  }

  reach(): Reach {
    return this.#reach
  }

  noteAnswer(): void {
    this.#checkedAt = performance.now()
    this.#set('world')
  }

  check(): Promise<Reach> {
    if (performance.now() - this.#checkedAt < freshMs) return Promise.resolve(this.#reach)
    this.#checking ??= this.#look().finally(() => {
      this.#checking = null
    })
    return this.#checking
  }

  /** To be called about once a second: sees that the cable was pulled, and that the network is back. */
  async glance(): Promise<void> {
    const has = this.#probes.hasInterface()
    if (!has) {
      this.#checkedAt = Number.NEGATIVE_INFINITY
      this.#set('machine')
      return
    }
    const now = performance.now()
    if (this.#reach !== 'world') {
      if (this.#reach === 'machine' || now - this.#checkedAt > offlineEveryMs) await this.check()
    } else if (now - Math.max(this.#checkedAt, this.#routeAt) > routeEveryMs) {
      this.#routeAt = now
      if (!(await this.#probes.hasRoute())) this.#set('lan')
    }
  }

  async #look(): Promise<Reach> {
    const found = await this.#measure()
    this.#checkedAt = performance.now()
    this.#set(found)
    return found
  }

  async #measure(): Promise<Reach> {
    if (!this.#probes.hasInterface()) return 'machine'
    if (!(await this.#probes.hasRoute())) return 'lan'
    return (await this.#probes.canResolve()) ? 'world' : 'lan'
  }

  #set(reach: Reach): void {
    if (reach === this.#reach) return
    this.#reach = reach
    this.#onChange(reach)
  }
}
