import type { NetworkInterfaceInfo } from 'node:os'
import { describe, expect, it } from 'vitest'
import { hasNetwork } from '#main/delivery/online.ts'

const address = (text: string, internal = false): NetworkInterfaceInfo => ({
  address: text,
  netmask: '255.255.255.0',
  mac: '00:00:00:00:00:00',
  internal,
  cidr: null,
  family: 'IPv4',
})

describe('hasNetwork', () => {
  it.each([
    ['192.168.1.5', true],
    ['10.0.0.4', true],
    ['2001:db8::5', true],
    ['169.254.12.1', false],
    ['fe80::1', false],
  ])('with the address %s: %s', (text, expected) => {
    expect(hasNetwork({ eth0: [address(text)], lo: [address('127.0.0.1', true)] })).toBe(expected)
  })

  it('needs more than the machine itself', () => {
    expect(hasNetwork({ lo: [address('127.0.0.1', true)], none: undefined })).toBe(false)
    expect(hasNetwork({})).toBe(false)
  })
})
