import { describe, expect, it } from 'vitest'
import {
  checkUrl,
  createNetworkPolicy,
  parseDestination,
  type Resolve,
  ruleProblem,
} from '#main/delivery/network-policy.ts'

/** Names of this table resolve as written, everything else does not resolve. */
const names: Readonly<Record<string, readonly string[]>> = {
  'public.test': ['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'],
  'private.test': ['10.1.2.3'],
  'mixed.test': ['93.184.215.14', '192.168.1.5'],
  'metadata.test': ['169.254.169.254'],
  'erp.lan': ['192.168.1.5'],
  'till.erp.lan': ['192.168.1.6'],
  lan: ['192.168.1.1'],
  'mapped.test': ['::ffff:192.168.1.5'],
  'xn--mnchen-3ya.test': ['93.184.215.14'],
}
const resolve: Resolve = async (hostname) => {
  const addresses = names[hostname]
  if (!addresses) throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' })
  return addresses
}
const check = (url: string, targets: readonly string[] = []) =>
  checkUrl(url, createNetworkPolicy(targets), resolve)

/** URL, and a word of the reason. */
const refused = [
  ['http://127.0.0.1/', 'loopback'],
  ['http://127.0.0.1:8080/hook', 'loopback'],
  ['https://127.0.0.1/', 'loopback'],
  ['http://127.1/', 'loopback'],
  ['http://127.0.1/', 'loopback'],
  ['http://127.255.255.254/', 'loopback'],
  ['http://2130706433/', 'loopback'],
  ['http://0x7f000001/', 'loopback'],
  ['http://0x7f.0.0.1/', 'loopback'],
  ['http://0177.0.0.1/', 'loopback'],
  ['http://017700000001/', 'loopback'],
  ['http://0x7f.1/', 'loopback'],
  ['http://127.0.0.1./', 'loopback'],
  ['http://%31%32%37.0.0.1/', 'loopback'],
  ['http://127。0。0。1/', 'loopback'],
  ['http://①②⑦.0.0.1/', 'loopback'],
  ['http:127.0.0.1/', 'loopback'],
  ['http:\\\\127.0.0.1\\', 'loopback'],
  ['HTTP://LOCALHOST/', 'loopback'],
  ['http://localhost/', 'loopback'],
  ['http://localhost./', 'loopback'],
  ['http://api.localhost/', 'loopback'],
  ['http://api.localhost.:3000/', 'loopback'],
  ['http://[::1]/', 'loopback'],
  ['http://[0:0:0:0:0:0:0:1]/', 'loopback'],
  ['http://0.0.0.0/', 'unspecified'],
  ['http://0/', 'unspecified'],
  ['http://0.1.2.3/', 'unspecified'],
  ['http://[::]/', 'unspecified'],
  ['http://10.0.0.1/', 'private'],
  ['http://10.255.255.255/', 'private'],
  ['http://172.16.0.1/', 'private'],
  ['http://172.31.255.255/', 'private'],
  ['http://192.168.0.1/', 'private'],
  ['http://3232235521/', 'private'],
  ['http://[fc00::1]/', 'private'],
  ['http://[fd12:3456:789a::1]/', 'private'],
  ['http://[fec0::1]/', 'private'],
  ['http://169.254.169.254/latest/meta-data/', 'link-local'],
  ['http://0xa9fea9fe/', 'link-local'],
  ['http://[fe80::1]/', 'link-local'],
  ['http://100.64.0.1/', 'carrier-grade'],
  ['http://100.127.255.255/', 'carrier-grade'],
  ['http://192.0.0.1/', 'reserved'],
  ['http://192.0.2.1/', 'reserved'],
  ['http://198.18.0.1/', 'reserved'],
  ['http://198.51.100.1/', 'reserved'],
  ['http://203.0.113.1/', 'reserved'],
  ['http://192.88.99.1/', 'reserved'],
  ['http://240.0.0.1/', 'reserved'],
  ['http://255.255.255.255/', 'broadcast'],
  ['http://224.0.0.1/', 'multicast'],
  ['http://239.255.255.255/', 'multicast'],
  ['http://[ff02::1]/', 'multicast'],
  ['http://[::ffff:127.0.0.1]/', 'IPv4'],
  ['http://[::ffff:7f00:1]/', 'IPv4'],
  ['http://[::ffff:93.184.215.14]/', 'IPv4'],
  ['http://[::ffff:0:127.0.0.1]/', 'IPv4'],
  ['http://[::127.0.0.1]/', 'not a public'],
  ['http://[::93.184.215.14]/', 'not a public'],
  ['http://[64:ff9b::7f00:1]/', 'NAT64'],
  ['http://[64:ff9b:1::7f00:1]/', 'NAT64'],
  ['http://[2002:7f00:1::]/', '6to4'],
  ['http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/', 'Teredo'],
  ['http://[2001:db8::1]/', 'reserved'],
  ['http://[3fff::1]/', 'reserved'],
  ['http://[100::1]/', 'reserved'],
  ['http://[5f00::1]/', 'reserved'],
  ['http://[4000::1]/', 'not a public'],
  ['http://private.test/', 'private'],
  ['http://PRIVATE.test./', 'private'],
  ['http://metadata.test/', 'link-local'],
  ['http://erp.lan/', 'private'],
  ['http://mapped.test/', 'IPv4'],
  ['http://ada@public.test/', 'user name'],
  ['http://ada:secret@public.test/', 'user name'],
  ['http://public.test@127.0.0.1/', 'user name'],
  ['http://:secret@public.test/', 'user name'],
  ['ftp://public.test/', 'http and https'],
  ['file:///etc/passwd', 'http and https'],
  ['javascript:alert(1)', 'http and https'],
  ['data:text/plain,x', 'http and https'],
  ['gopher://127.0.0.1/', 'http and https'],
  ['http://public.test:0/', 'Port 0'],
  ['http://localhost../', 'not a valid name'],
  ['http://public..test/', 'not a valid name'],
  ['http://[fe80::1%25eth0]/', 'not a URL'],
  ['http://256.256.256.256/', 'not a URL'],
  ['http://', 'not a URL'],
  ['public.test', 'not a URL'],
  ['', 'not a URL'],
] as const

const allowed = [
  'http://93.184.215.14/',
  'https://1.1.1.1/',
  'http://100.63.255.255/',
  'http://172.32.0.1/',
  'http://126.255.255.255/',
  'http://128.0.0.1/',
  'http://[2606:4700:4700::1111]/',
  'https://public.test/hooks?x=1',
  'https://PUBLIC.test./',
  'https://public.test:8443/',
  'https://münchen.test/',
] as const

describe('without rules', () => {
  it.each(refused)('refuses %s (%s)', async (url, word) => {
    const verdict = await check(url)
    expect(verdict.allowed).toBe(false)
    expect(verdict.reason).toContain(word)
  })

  it.each(allowed)('lets %s pass', async (url) => {
    expect(await check(url)).toMatchObject({
      allowed: true,
      reason: expect.stringContaining('public address'),
    })
  })

  it('never repeats user info in the reason', async () => {
    expect((await check('http://ada:hunter2@public.test/')).reason).not.toMatch(/ada|hunter2/)
  })

  it('lets a name pass of which only some addresses are allowed, and names them all', async () => {
    const verdict = await check('http://mixed.test/')
    expect(verdict).toEqual({
      allowed: true,
      reason: 'mixed.test: 93.184.215.14 is a public address.',
      addresses: ['93.184.215.14', '192.168.1.5'],
    })
  })

  it('lets a name pass that does not resolve now, and says that deliveries check it', async () => {
    const verdict = await check('https://unknown.test/')
    expect(verdict.allowed).toBe(true)
    expect(verdict.reason).toContain('checked at every delivery')
    expect(verdict.addresses).toEqual([])
  })
})

describe('allow rules', () => {
  it.each([
    ['192.168.1.0/24', 'http://192.168.1.5/', true],
    ['192.168.1.0/24', 'http://erp.lan/', true],
    ['192.168.1.0/24', 'http://192.168.2.5/', false],
    ['192.168.1.0/24', 'http://[::ffff:192.168.1.5]/', false],
    ['192.168.1.0/24', 'http://mapped.test/', false],
    ['192.168.1.5', 'http://192.168.1.5/', true],
    ['192.168.1.5', 'http://192.168.1.6/', false],
    ['127.0.0.0/8', 'http://127.0.0.1:9000/', true],
    ['127.0.0.0/8', 'http://localhost:9000/', true],
    ['127.0.0.0/8', 'http://[::1]/', false],
    ['127.0.0.1', 'http://2130706433/', true],
    ['::1', 'http://[::1]:9000/', true],
    ['[::1]', 'http://localhost/', true],
    ['::1/128', 'http://127.0.0.1/', false],
    ['fd00::/8', 'http://[fd12::1]/', true],
    ['fd00::/8', 'http://[fc00::1]/', false],
    ['localhost', 'http://localhost:3000/', true],
    ['localhost', 'http://LOCALHOST./', true],
    ['localhost', 'http://api.localhost/', false],
    ['localhost', 'http://127.0.0.1/', false],
    ['erp.lan', 'http://erp.lan/', true],
    ['ERP.lan.', 'http://erp.lan/', true],
    ['erp.lan', 'http://192.168.1.5/', false],
    ['erp.lan', 'http://private.test/', false],
    ['*.lan', 'http://erp.lan/', true],
    ['*.lan', 'http://lan/', false],
    ['*.lan', 'http://private.test/', false],
    ['*.test', 'http://private.test/', true],
    ['lan', 'http://erp.lan/', false],
    ['0.0.0.0/0', 'http://10.0.0.1/', true],
    ['0.0.0.0/0', 'http://[fd00::1]/', false],
    ['10.0.0.0/33', 'http://10.0.0.1/', false],
    ['10.0/8', 'http://10.0.0.1/', false],
    ['http://erp.lan/', 'http://erp.lan/', false],
    ['*', 'http://erp.lan/', false],
    ['', 'http://erp.lan/', false],
    ['*.*.lan', 'http://till.erp.lan/', false],
    ['*.lan', 'http://till.erp.lan/', true],
  ] as const)('%s: %s is allowed: %s', async (target, url, expected) => {
    expect((await check(url, [target])).allowed).toBe(expected)
  })

  it('do not open user info or other schemes', async () => {
    expect((await check('http://ada@erp.lan/', ['erp.lan', '0.0.0.0/0'])).allowed).toBe(false)
    expect((await check('ftp://erp.lan/', ['erp.lan', '0.0.0.0/0'])).allowed).toBe(false)
  })

  it('are named in the reason', async () => {
    expect((await check('http://erp.lan/', ['192.168.1.0/24'])).reason).toBe(
      'erp.lan: 192.168.1.5 is an address of a private network, opened by the rule 192.168.1.0/24.',
    )
  })

  it.each(['erp.lan', '*.lan', '10.0.0.0/8', '10.1.2.3', '::1', 'fd00::/8', 'localhost', 'münchen.lan'])(
    'can be made for %s',
    (target) => {
      expect(ruleProblem(target)).toBeNull()
    },
  )

  it.each([
    '',
    '*',
    '*.',
    'a b',
    'http://erp.lan',
    'erp.lan/path',
    'erp.lan:80',
    '10.0.0.0/33',
    'ada@erp.lan',
  ])('cannot be made for %j', (target) => {
    expect(ruleProblem(target)).not.toBeNull()
  })
})

describe('parseDestination', () => {
  it('gives the parts that the sender uses', () => {
    expect(parseDestination('https://Receiver.Test.:8443/a b?c=d#e').destination).toEqual({
      protocol: 'https:',
      hostname: 'receiver.test',
      port: 8443,
      host: 'receiver.test:8443',
      origin: 'https://receiver.test:8443',
      path: '/a%20b?c=d',
    })
    expect(parseDestination('http://[::1]/').destination).toMatchObject({
      hostname: '::1',
      port: 80,
      origin: 'http://[::1]',
      path: '/',
    })
  })
})
