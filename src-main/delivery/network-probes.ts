import { createSocket } from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os'
import type { NetworkProbes } from './network-state.ts'
import { createSystemResolve } from './resolve.ts'

const routeMs = 1_000
const resolveMs = 2_000

/** Whether the machine has an address by which it could reach another one. */
export const hasInterface = (
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces(),
): boolean =>
  Object.values(interfaces).some((addresses) =>
    addresses?.some(({ internal, address }) => !internal && !/^(169\.254\.|fe80:)/i.test(address)),
  )

/** Addresses of documentation (RFC 5737, RFC 3849): nobody is there, and the way to them is the way to the world. */
const farAddresses = [
  ['udp4', '198.51.100.1'],
  ['udp6', '2001:db8::1'],
] as const

/** Connecting a datagram socket asks the routing table and sends nothing. */
const hasRouteTo = (kind: 'udp4' | 'udp6', address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createSocket(kind)
    const timer = setTimeout(() => end(false), routeMs)
    const end = (found: boolean): void => {
      clearTimeout(timer)
      socket.removeAllListeners()
      socket.on('error', () => {})
      socket.close()
      resolve(found)
    }
    socket.on('error', () => end(false))
    socket.on('connect', () => end(true))
    socket.connect(9, address)
  })

/** A name server that knows nothing of a name has answered all the same. */
const answered = new Set(['ENOTFOUND', 'ENODATA'])

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : null)

/** Asks the configured name servers for the root: whoever resolves names knows it. */
const asksRoot = async (): Promise<boolean> => {
  const resolver = new Resolver({ timeout: resolveMs, tries: 1 })
  try {
    await resolver.resolveNs('.')
    return true
  } catch (error) {
    return answered.has(String(codeOf(error)))
  }
}

/** One at a time: each that hangs holds a thread by which deliveries look up names, too. */
const resolve = createSystemResolve()

/** The way of the operating system, which may be another: DNS over HTTPS, a service of its own. */
const looksUpRoot = async (): Promise<boolean> => {
  try {
    await resolve('a.root-servers.net')
    return true
  } catch {
    return false
  }
}

const firstTrue = (asked: readonly Promise<boolean>[]): Promise<boolean> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), resolveMs)
    const end = (value: boolean): void => {
      clearTimeout(timer)
      resolve(value)
    }
    for (const one of asked) void one.then((value) => value && end(true))
    void Promise.all(asked).then(() => end(false))
  })

/** What the machine says of its network. Each answer comes within two seconds. */
export const systemProbes: NetworkProbes = {
  hasInterface: () => hasInterface(),
  hasRoute: () => firstTrue(farAddresses.map(([kind, address]) => hasRouteTo(kind, address))),
  canResolve: () => firstTrue([asksRoot(), looksUpRoot()]),
}
