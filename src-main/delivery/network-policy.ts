import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import type { z } from 'zod'
import type { urlVerdictSchema } from '#contract/webhooks.ts'

export type UrlVerdict = z.infer<typeof urlVerdictSchema>

/** Finds every address of a host name. Rejects with an error of Node's resolver. */
export type Resolve = (hostname: string) => Promise<readonly string[]>

type Address = ipaddr.IPv4 | ipaddr.IPv6

/** A parsed allow rule. It opens exactly what it names: a host, the names below a suffix, or a range. */
type Rule =
  | { readonly kind: 'host'; readonly target: string; readonly host: string }
  | { readonly kind: 'suffix'; readonly target: string; readonly suffix: string }
  | {
      readonly kind: 'range'
      readonly target: string
      readonly network: Address
      readonly bits: number
    }

const rangeWords: Readonly<Record<string, string>> = {
  unspecified: 'the unspecified address',
  broadcast: 'a broadcast address',
  multicast: 'a multicast address',
  linkLocal: 'a link-local address',
  loopback: 'this machine itself (loopback)',
  carrierGradeNat: 'a carrier-grade NAT address',
  private: 'an address of a private network',
  reserved: 'a reserved address',
  as112: 'a reserved address (AS112)',
  amt: 'a reserved address (AMT)',
  uniqueLocal: 'an address of a private network',
  ipv4Mapped: 'an IPv4 address inside an IPv6 address',
  rfc6145: 'an IPv4 address inside an IPv6 address',
  rfc6052: 'an address translated by NAT64',
  '6to4': 'a 6to4 address',
  teredo: 'a Teredo address',
  deprecatedSiteLocal: 'an address of a private network',
}

/** All that is routed publicly in IPv6 is in here; everything else is refused, known or not. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')

/** Why an address is refused without a rule; null for a public one. */
const rangeProblem = (address: Address): string | null => {
  const range = address.range()
  if (range !== 'unicast') return rangeWords[range] ?? 'a reserved address'
  if (address.kind() === 'ipv6' && !address.match(globalUnicast)) return 'not a public address'
  return null
}

const withoutDot = (name: string): string => (name.endsWith('.') ? name.slice(0, -1) : name)

const hostForm = /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/

const parseRule = (target: string): Rule | null => {
  const text = target.trim().toLowerCase()
  if (ipaddr.isValidCIDR(text) && (text.includes(':') || ipaddr.IPv4.isValidCIDRFourPartDecimal(text))) {
    const [network, bits] = ipaddr.parseCIDR(text)
    return { kind: 'range', target, network, bits }
  }
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text
  if (isIP(bare) !== 0) {
    const network = ipaddr.parse(bare)
    return { kind: 'range', target, network, bits: network.kind() === 'ipv4' ? 32 : 128 }
  }
  if (text.startsWith('*.')) {
    const suffix = normalHost(text.slice(2))
    return suffix === null ? null : { kind: 'suffix', target, suffix: `.${suffix}` }
  }
  const host = normalHost(text)
  return host === null ? null : { kind: 'host', target, host }
}

/** The name as a URL would hold it: lower case, punycode, without the final dot. Null when it is no name. */
const normalHost = (text: string): string | null => {
  if (/[:/\\?#@]/.test(text)) return null
  const url = URL.parse(`http://${text}/`)
  if (url === null) return null
  const name = withoutDot(url.hostname)
  return hostForm.test(name) && isIP(name) === 0 ? name : null
}

/** What is wrong with the target of a new allow rule, as a sentence; null when it can be used. */
export const ruleProblem = (target: string): string | null =>
  parseRule(target) === null ? 'Use a host name, *.suffix, an address, or a CIDR like 192.168.1.0/24.' : null

export interface AddressVerdict {
  readonly allowed: boolean
  readonly reason: string
}

/** Decides which addresses may be contacted. Immutable: new rules make a new policy. */
export interface NetworkPolicy {
  /** `hostname` as in a parsed destination, `address` one of its addresses. */
  judge(hostname: string, address: string): AddressVerdict
}

const opens = (rule: Rule, hostname: string, address: Address): boolean => {
  if (rule.kind === 'host') return rule.host === hostname
  if (rule.kind === 'suffix') return hostname.endsWith(rule.suffix) && hostname.length > rule.suffix.length
  return address.kind() === rule.network.kind() && address.match(rule.network, rule.bits)
}

/**
 * A policy that lets public addresses pass, and others only where a rule opens them.
 * A rule whose target cannot be read opens nothing.
 */
export const createNetworkPolicy = (targets: readonly string[]): NetworkPolicy => {
  const rules = targets.map(parseRule).filter((rule) => rule !== null)
  return {
    judge(hostname, address) {
      if (isIP(address) === 0) return { allowed: false, reason: `${address} is not an address.` }
      const parsed = ipaddr.parse(address)
      const problem = rangeProblem(parsed)
      if (problem === null) return { allowed: true, reason: `${address} is a public address.` }
      const rule = rules.find((candidate) => opens(candidate, hostname, parsed))
      if (rule)
        return { allowed: true, reason: `${address} is ${problem}, opened by the rule ${rule.target}.` }
      return { allowed: false, reason: `${address} is ${problem}.` }
    },
  }
}

/** A URL that may be asked about: parsed, without user info, with the host in its normal form. */
export interface Destination {
  readonly protocol: 'http:' | 'https:'
  /** Without brackets and final dot; an address or a name. */
  readonly hostname: string
  readonly port: number
  /** As in the header `host`: without the port when it is the usual one. */
  readonly host: string
  /** `http://host:port` as undici wants it. */
  readonly origin: string
  /** Path and query. */
  readonly path: string
}

export type ParsedDestination =
  | { readonly destination: Destination; readonly problem: null }
  | { readonly destination: null; readonly problem: string }

const refuse = (problem: string): ParsedDestination => ({ destination: null, problem })

/**
 * Reads a URL as the sender will use it. The WHATWG parser turns decimal, octal, hexadecimal and short
 * forms of addresses into the usual one, so nothing below sees them.
 */
export const parseDestination = (text: string): ParsedDestination => {
  const url = URL.parse(text)
  if (url === null) return refuse('This is not a URL.')
  const { protocol } = url
  if (protocol !== 'http:' && protocol !== 'https:')
    return refuse('Only http and https addresses are called.')
  if (url.username !== '' || url.password !== '') {
    return refuse('The address must not hold a user name or password.')
  }
  const bracketed = url.hostname.startsWith('[')
  const hostname = bracketed ? url.hostname.slice(1, -1) : withoutDot(url.hostname)
  if (!bracketed && !hostForm.test(hostname)) return refuse('The host of this address is not a valid name.')
  if (url.port === '0') return refuse('Port 0 cannot be called.')
  const port = url.port === '' ? (protocol === 'https:' ? 443 : 80) : Number(url.port)
  const host = (bracketed ? `[${hostname}]` : hostname) + (url.port === '' ? '' : `:${url.port}`)
  const path = url.pathname + url.search
  return {
    destination: { protocol, hostname, port, host, origin: `${protocol}//${host}`, path },
    problem: null,
  }
}

/** RFC 6761: these names are this machine, whatever a resolver says. */
const isLocalhost = (hostname: string): boolean => hostname === 'localhost' || hostname.endsWith('.localhost')

/** Every address of a host: itself when it is one. */
export const addressesOf = async (hostname: string, resolve: Resolve): Promise<readonly string[]> => {
  if (isIP(hostname) !== 0) return [hostname]
  if (isLocalhost(hostname)) return ['127.0.0.1', '::1']
  return resolve(hostname)
}

/**
 * What the policy says about a URL, on save, for a test and at delivery alike. A name that does not resolve
 * now is let pass with a note: its address is judged again for every connection.
 */
export const checkUrl = async (
  text: string,
  policy: NetworkPolicy,
  resolve: Resolve,
): Promise<UrlVerdict> => {
  const { destination, problem } = parseDestination(text)
  if (destination === null) return { allowed: false, reason: problem, addresses: [] }
  const { hostname } = destination
  let addresses: readonly string[]
  try {
    addresses = await addressesOf(hostname, resolve)
  } catch {
    addresses = []
  }
  if (addresses.length === 0) {
    const reason = `${hostname} cannot be resolved at the moment. Its address is checked at every delivery.`
    return { allowed: true, reason, addresses: [] }
  }
  const { allowed, verdicts } = judgeAll(hostname, addresses, policy)
  const isAllowed = allowed.length > 0
  const telling = verdicts.find((verdict) => verdict.allowed === isAllowed)?.reason ?? ''
  const named = isIP(hostname) === 0 ? `${hostname}: ${telling}` : telling
  const reason = isAllowed ? named : `${named} An allow rule can open it.`
  return { allowed: isAllowed, reason, addresses: [...addresses] }
}

/** Judges every address of a host; only the allowed ones may be connected to. */
export const judgeAll = (
  hostname: string,
  addresses: readonly string[],
  policy: NetworkPolicy,
): { readonly allowed: readonly string[]; readonly verdicts: readonly AddressVerdict[] } => {
  const verdicts = addresses.map((address) => policy.judge(hostname, address))
  return { allowed: addresses.filter((_, index) => verdicts[index]?.allowed), verdicts }
}
