import { lookup } from 'node:dns/promises'
import type { Resolve } from './network-policy.ts'

/**
 * The resolver of the operating system, hosts file and local names included. Lookups of one name that are
 * under way at once are one lookup: a name server that hangs holds one thread, not one for each delivery.
 * Nothing is kept after the answer.
 */
export const createSystemResolve = (): Resolve => {
  const underWay = new Map<string, Promise<readonly string[]>>()
  return (hostname) => {
    const present = underWay.get(hostname)
    if (present) return present
    const found = lookup(hostname, { all: true, order: 'verbatim' })
      .then((entries) => entries.map(({ address }) => address))
      .finally(() => underWay.delete(hostname))
    underWay.set(hostname, found)
    return found
  }
}
