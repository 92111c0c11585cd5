import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import type { AddressRanges } from '#main/engine/parts.ts'

type Address = ipaddr.IPv4 | ipaddr.IPv6
type Range = readonly [network: Address, bits: number]

const mappedPrefixBits = 96

/** An IPv4 range that is written inside IPv6 (`::ffff:0:0/96`) is the IPv4 range. */
const unmapped = ([network, bits]: Range): Range =>
  network instanceof ipaddr.IPv6 && network.isIPv4MappedAddress() && bits >= mappedPrefixBits
    ? [network.toIPv4Address(), bits - mappedPrefixBits]
    : [network, bits]

const parseRange = (text: string): Range | null => {
  const isCidr = ipaddr.isValidCIDR(text)
  // The short, octal and hexadecimal forms of IPv4 mean different things to different programs.
  if (isCidr && (text.includes(':') || ipaddr.IPv4.isValidCIDRFourPartDecimal(text))) {
    return text.includes('%') ? null : unmapped(ipaddr.parseCIDR(text))
  }
  if (isIP(text) === 0 || text.includes('%')) return null
  const address = ipaddr.parse(text)
  return unmapped([address, address.kind() === 'ipv4' ? 32 : 128])
}

const networkOf = ([address, bits]: Range): string => {
  const network =
    address.kind() === 'ipv4'
      ? ipaddr.IPv4.networkAddressFromCIDR(`${address}/${bits}`)
      : ipaddr.IPv6.networkAddressFromCIDR(`${address}/${bits}`)
  return network instanceof ipaddr.IPv6 ? network.toRFC5952String() : network.toString()
}

/** CIDR ranges by ipaddr.js. */
export const addressRanges: AddressRanges = {
  normalise(text) {
    const range = parseRange(text.trim().toLowerCase())
    return range === null ? null : `${networkOf(range)}/${range[1]}`
  },
  matcher(texts) {
    const ranges = texts.map(parseRange).filter((range) => range !== null)
    return (text) => {
      if (isIP(text) === 0) return false
      const address = ipaddr.process(text)
      return ranges.some(
        ([network, bits]) => network.kind() === address.kind() && address.match(network, bits),
      )
    }
  },
}
