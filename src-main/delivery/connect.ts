import net, { isIP, type LookupFunction, type Socket } from 'node:net'
import tls, { type SecureContext, type TLSSocket } from 'node:tls'
import type { buildConnector } from 'undici'
import { AttemptError } from './failure.ts'
import { addressesOf, judgeAll, type NetworkPolicy, type Resolve } from './network-policy.ts'

/** What is known of a connection once it stands. Durations in ms, null for a phase that did not happen. */
export interface ConnectionFacts {
  readonly dnsMs: number | null
  readonly connectMs: number | null
  readonly tlsMs: number | null
  readonly remoteAddress: string | null
  readonly tlsVersion: string | null
  readonly tlsCertificateEndsAt: number | null
}

export const noFacts: ConnectionFacts = {
  dnsMs: null,
  connectMs: null,
  tlsMs: null,
  remoteAddress: null,
  tlsVersion: null,
  tlsCertificateEndsAt: null,
}

/** One connection being made, watched from its first moment. */
export interface Connecting {
  /** What is known so far; complete once the connection stands. */
  facts(): ConnectionFacts
  /** What broke it, as far as the socket has told: TLS refuses a client after the connection stands. */
  trouble(): Error | null
  /** Ends it in whatever state it is. */
  abandon(): void
}

export interface ConnectOptions {
  readonly policy: NetworkPolicy
  readonly resolve: Resolve
  /** For name resolution, TCP and TLS together. */
  readonly timeoutMs: number
  /** Whom to trust and who Patchbay is, where that differs from the ordinary. */
  readonly secureContext?: SecureContext
}

/** The TLS session of the last connection, so that the next one is cheaper. */
export interface SessionMemory {
  session: Buffer | undefined
  /** A resumed session does not show the certificate again. */
  certificateEndsAt: number | null
}

const keepAliveProbeMs = 60_000

const rememberCertificate = (socket: TLSSocket, memory: SessionMemory): void => {
  const end = Date.parse(socket.getPeerCertificate().valid_to ?? '')
  if (Number.isFinite(end)) memory.certificateEndsAt = end
}

/**
 * Looks a name up, judges EVERY address, and hands only the allowed ones to the socket: what was judged is
 * what is connected to, so an answer that changes between check and use changes nothing.
 */
const guardedLookup = (
  { policy, resolve }: ConnectOptions,
  looked: (address: string) => void,
): LookupFunction => {
  const find = async (hostname: string, family: number): Promise<readonly [string, ...string[]]> => {
    const addresses = await addressesOf(hostname, resolve)
    const { allowed, verdicts } = judgeAll(hostname, addresses, policy)
    const [first, ...others] = family === 0 ? allowed : allowed.filter((address) => isIP(address) === family)
    if (first === undefined) {
      throw new AttemptError('blocked', blockedMessage(verdicts[0]?.reason ?? `${hostname} has no address.`))
    }
    return [first, ...others]
  }
  return (hostname, options, callback) => {
    const family = options.family === 4 || options.family === 6 ? options.family : 0
    find(hostname, family).then(
      (addresses) => {
        looked(addresses[0])
        if (!options.all) callback(null, addresses[0], isIP(addresses[0]))
        else
          callback(
            null,
            addresses.map((address) => ({ address, family: isIP(address) })),
          )
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), ''),
    )
  }
}

const blockedMessage = (reason: string): string => `The network policy blocks this address: ${reason}`

/**
 * Makes one connection for undici under the network policy, and keeps its timings.
 * An address as host goes past the socket's lookup, so it is judged before.
 */
export const startConnecting = (
  target: buildConnector.Options,
  options: ConnectOptions,
  memory: SessionMemory,
  callback: buildConnector.Callback,
): Connecting => {
  const { hostname } = target
  if (isIP(hostname) !== 0) {
    const verdict = options.policy.judge(hostname, hostname)
    if (!verdict.allowed) {
      callback(new AttemptError('blocked', blockedMessage(verdict.reason)), null)
      return { facts: () => noFacts, trouble: () => null, abandon: () => {} }
    }
  }
  return watch(target, options, memory, callback)
}

const watch = (
  target: buildConnector.Options,
  options: ConnectOptions,
  memory: SessionMemory,
  callback: buildConnector.Callback,
): Connecting => {
  const startedAt = performance.now()
  let lookedAt: number | null = null
  let connectedAt: number | null = null
  let securedAt: number | null = null
  let remoteAddress: string | null = isIP(target.hostname) === 0 ? null : target.hostname
  let tlsVersion: string | null = null
  let trouble: Error | null = null

  const lookup = guardedLookup(options, (address) => {
    lookedAt = performance.now()
    remoteAddress = address
  })
  const socket = openSocket(target, lookup, { session: memory.session, secureContext: options.secureContext })
  const timer = setTimeout(() => {
    socket.destroy(new AttemptError('timeout', `No connection within ${options.timeoutMs} ms.`))
  }, options.timeoutMs)

  let answered = false
  const answer = (error: Error | null): void => {
    clearTimeout(timer)
    if (answered) return
    answered = true
    if (error) callback(error, null)
    else callback(null, socket)
  }
  socket.setNoDelay(true).setKeepAlive(true, keepAliveProbeMs)
  socket.once('connect', () => {
    connectedAt = performance.now()
    remoteAddress = socket.remoteAddress ?? remoteAddress
    if (!(socket instanceof tls.TLSSocket)) answer(null)
  })
  if (socket instanceof tls.TLSSocket) {
    socket.once('secureConnect', () => {
      securedAt = performance.now()
      tlsVersion = socket.getProtocol()
      rememberCertificate(socket, memory)
      answer(null)
    })
    socket.on('session', (session) => {
      memory.session = session
    })
  }
  socket.on('error', (error) => {
    trouble ??= error
    answer(error)
  })
  socket.once('close', () =>
    answer(new AttemptError('reset', 'The connection was closed while it was made.')),
  )

  return {
    facts: () => ({
      dnsMs: lookedAt === null ? null : lookedAt - startedAt,
      connectMs: connectedAt === null ? null : connectedAt - (lookedAt ?? startedAt),
      tlsMs: securedAt === null || connectedAt === null ? null : securedAt - connectedAt,
      remoteAddress,
      tlsVersion,
      tlsCertificateEndsAt: securedAt === null ? null : memory.certificateEndsAt,
    }),
    trouble: () => trouble,
    abandon: () => {
      clearTimeout(timer)
      socket.destroy()
    },
  }
}

const openSocket = (
  { hostname, port, protocol, servername }: buildConnector.Options,
  lookup: LookupFunction,
  secure: Pick<tls.ConnectionOptions, 'session' | 'secureContext'>,
): Socket | TLSSocket => {
  if (protocol !== 'https:') return net.connect({ host: hostname, port: Number(port || 80), lookup })
  return tls.connect({
    host: hostname,
    port: Number(port || 443),
    lookup,
    servername: servername || (isIP(hostname) === 0 ? hostname : ''),
    // HTTP/1.1 only: every receiver speaks it, and a receiver that misbehaves in HTTP/2 (GOAWAY while a request
    // is under way) makes undici 8 throw outside of any handler.
    ALPNProtocols: ['http/1.1'],
    ...secure,
  })
}
