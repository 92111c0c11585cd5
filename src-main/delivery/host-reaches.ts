import { addressesOf, parseDestination, type Resolve } from './network-policy.ts'
import { distances, type Reach, reachOfHost } from './network-state.ts'

/** Hosts that are remembered; the one that is known longest is forgotten first. */
const knownMax = 1_000
/** What a name resolves to is good for so long, unless the network changes … */
const resolvedMs = 60_000
/** … and that it resolves to nothing for so long: the name server of a local network may only be starting. */
const unresolvedMs = 10_000
/** A lookup that takes longer is given up … */
const lookUpMs = 2_000
/** … but a name server that hangs holds a thread that others need, too: it is left alone for so many times as long. */
const restShare = 2

interface Known {
  readonly reach: Reach
  /** The address that tells it; null while no address is known. */
  readonly address: string | null
  /** Until when it need not be looked up again, as a `performance.now()`. */
  readonly until: number
}

/** The nearest of several: a connection is tried to each. */
const nearestOf = (addresses: readonly string[]): { reach: Reach; address: string } | null => {
  const found = addresses.map((address) => ({ address, reach: reachOfHost(address) }))
  return found.toSorted((left, right) => distances[left.reach] - distances[right.reach])[0] ?? null
}

const endsWithin = (work: Promise<unknown>, limitMs: number): Promise<boolean> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), limitMs).unref()
    void work.then(() => {
      clearTimeout(timer)
      resolve(true)
    })
  })

/**
 * How far the network must go for a host: as far as the addresses are to which its name resolves, whatever the name
 * looks like. A receiver on the own premises has a public name often enough. While no address is known, the name tells.
 * What answered is learned from; names are looked up only by who asks with `of`, one at a time and beside the asking.
 * It decides nothing about who may be called: that is up to the network policy.
 */
export class HostReaches {
  readonly #resolve: Resolve
  readonly #known = new Map<string, Known>()
  readonly #wanted = new Set<string>()
  #looking = false

  constructor(resolve: Resolve) {
    this.#resolve = resolve
  }

  /** As far as is known. To be asked while the network does not go everywhere. */
  of(hostname: string): Reach {
    const known = this.#known.get(hostname)
    if (known === undefined || known.until <= performance.now()) this.#want(hostname)
    return known?.reach ?? reachOfHost(hostname)
  }

  /** As above for a URL. One that cannot be called needs no network to fail. */
  ofUrl(url: string): Reach {
    const { destination } = parseDestination(url)
    return destination === null ? 'machine' : this.of(destination.hostname)
  }

  /** Looks the host of a URL up now if it is not known, for somebody who waits: within two seconds. */
  async find(url: string): Promise<void> {
    const { destination } = parseDestination(url)
    if (destination === null) return
    const { until } = this.#known.get(destination.hostname) ?? { until: 0 }
    if (until <= performance.now()) await this.#find(destination.hostname)
  }

  /** Somebody answered there. Cheap, for every answer: of several addresses one is learned from now and then. */
  answered(hostname: string, address: string | null): Reach {
    const known = this.#known.get(hostname)
    if (known === undefined) return this.#learn(hostname, address)
    if (address === null || address === known.address) return known.reach
    const isGood = known.address !== null && known.until > performance.now()
    return isGood ? known.reach : this.#learn(hostname, address)
  }

  /** Nobody answered there. One of several addresses does not tell how near the others are. */
  silent(hostname: string, address: string): Reach {
    const known = this.#known.get(hostname)
    return known === undefined || known.address === null ? this.#learn(hostname, address) : known.reach
  }

  /** The name did not resolve: what it once resolved to is of no use. */
  unresolved(hostname: string): Reach {
    return this.#learn(hostname, null)
  }

  /** The network has changed: what was found is looked up again, and is good until then. */
  renew(): void {
    for (const [hostname, known] of this.#known) this.#known.set(hostname, { ...known, until: 0 })
  }

  #learn(hostname: string, address: string | null): Reach {
    const until = performance.now() + (address === null ? unresolvedMs : resolvedMs)
    const reach = reachOfHost(address ?? hostname)
    this.#known.delete(hostname)
    const [oldest] = this.#known.keys()
    if (this.#known.size >= knownMax && oldest !== undefined) this.#known.delete(oldest)
    this.#known.set(hostname, { reach, address, until })
    return reach
  }

  #want(hostname: string): void {
    if (this.#wanted.size >= knownMax) return
    this.#wanted.add(hostname)
    if (!this.#looking) void this.#lookUp()
  }

  /** Those of which nothing is known come first. */
  #next(): string | undefined {
    const wanted = [...this.#wanted]
    return wanted.find((hostname) => !this.#known.has(hostname)) ?? wanted[0]
  }

  /** When nobody answers in time, what was known is good for another while. An answer that comes late is learned. */
  async #find(hostname: string): Promise<void> {
    const found = addressesOf(hostname, this.#resolve)
      .catch(() => [])
      .then((addresses) => this.#learn(hostname, nearestOf(addresses)?.address ?? null))
    const isFound = await endsWithin(found, lookUpMs)
    if (!isFound) this.#learn(hostname, this.#known.get(hostname)?.address ?? null)
  }

  async #lookUp(): Promise<void> {
    this.#looking = true
    for (let hostname = this.#next(); hostname !== undefined; hostname = this.#next()) {
      const startedAt = performance.now()
      await this.#find(hostname)
      this.#wanted.delete(hostname)
      const restMs = (performance.now() - startedAt) * restShare
      await new Promise((resolve) => setTimeout(resolve, restMs).unref())
    }
    this.#looking = false
  }
}
