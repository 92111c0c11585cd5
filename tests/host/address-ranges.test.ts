import { describe, expect, test } from 'vitest'
import { addressRanges } from '#main/host/address-ranges.ts'

describe('a range in its normal form', () => {
  test.each([
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['192.168.1.7', '192.168.1.7/32'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    [' 203.0.113.0/24 ', '203.0.113.0/24'],
    ['2001:DB8::1/32', '2001:db8::/32'],
    ['::1', '::1/128'],
    ['::/0', '::/0'],
    ['::ffff:10.1.2.3', '10.1.2.3/32'],
    ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
  ])('of %s is %s', (text, range) => {
    expect(addressRanges.normalise(text)).toBe(range)
    expect(addressRanges.normalise(range)).toBe(range)
  })

  test.each([
    '',
    'example.com',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0/8',
    '010.0.0.1',
    '0x7f.0.0.1',
    '1',
    '::1/129',
    'fe80::1%eth0',
    'fe80::%eth0/10',
    '10.0.0.0/8/8',
    '10.0.0.0/255.0.0.0',
    '10.0.0.1, 10.0.0.2',
  ])('is none of %s', (text) => {
    expect(addressRanges.normalise(text)).toBeNull()
  })
})

describe('a matcher', () => {
  test.each([
    [['10.0.0.0/8'], '10.255.0.1', true],
    [['10.0.0.0/8'], '11.0.0.1', false],
    [['10.0.0.0/8'], '::ffff:10.0.0.1', true],
    [['::/0'], '10.0.0.1', false],
    [['0.0.0.0/0'], '2001:db8::1', false],
    [['2001:db8::/32'], '2001:db8:ffff::1', true],
    [['2001:db8::/32'], '2001:db9::1', false],
    [['203.0.113.7/32', '127.0.0.1/32'], '127.0.0.1', true],
    [['127.0.0.1/32'], 'localhost', false],
    [['127.0.0.1/32'], '', false],
    [[], '127.0.0.1', false],
  ])('of %o says of %s: %s', (ranges, address, inside) => {
    expect(addressRanges.matcher(ranges)(address)).toBe(inside)
  })
})
