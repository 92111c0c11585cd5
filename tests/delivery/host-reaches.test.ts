import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { HostReaches } from '#main/delivery/host-reaches.ts'
import type { Resolve } from '#main/delivery/network-policy.ts'
import type { Reach } from '#main/delivery/network-state.ts'

const nobodyKnows: Resolve = async () => {
  throw new Error('ENOTFOUND')
}

/** A name server that says what a test says, and what it was asked. */
const names = (says: Record<string, readonly string[]>) => {
  const asked: string[] = []
  const resolve: Resolve = async (hostname) => {
    asked.push(hostname)
    return says[hostname] ?? nobodyKnows(hostname)
  }
  return { says, asked, hosts: new HostReaches(resolve) }
}

describe('how far the network must go for a URL, as far as it tells itself', () => {
  it.each<[string, Reach]>([
    ['http://127.0.0.1:9000/hook', 'machine'],
    ['http://127.9.9.9/', 'machine'],
    ['http://[::1]:9000/', 'machine'],
    ['http://[::ffff:127.0.0.1]/', 'machine'],
    ['http://localhost/', 'machine'],
    ['http://tills.localhost/', 'machine'],
    ['http://192.168.1.20/', 'lan'],
    ['http://10.1.2.3:8080/', 'lan'],
    ['http://172.20.0.1/', 'lan'],
    ['http://169.254.7.7/', 'lan'],
    ['http://[fd00::5]/', 'lan'],
    ['http://[fe80::5]/', 'lan'],
    ['http://erp.local/', 'lan'],
    ['http://printer.home.arpa/', 'lan'],
    ['http://till/', 'lan'],
    ['https://hooks.example.com/', 'world'],
    ['https://93.184.216.34/', 'world'],
    ['https://[2606:2800:220:1::1]/', 'world'],
    ['https://local.example.com/', 'world'],
  ])('%s: %s', (url, expected) => {
    expect(new HostReaches(nobodyKnows).ofUrl(url)).toBe(expected)
  })

  it('is none where there is nothing to call', () => {
    expect(new HostReaches(nobodyKnows).ofUrl('ftp://example.com')).toBe('machine')
  })
})

describe('how far the network must go for a name', () => {
  const cases: [string, readonly string[], Reach][] = [
    ['an address of the local network', ['192.168.1.20'], 'lan'],
    ['this machine', ['127.0.0.1'], 'machine'],
    ['a public address', ['93.184.216.34'], 'world'],
    ['several, of which one is near', ['2606:2800:220:1::1', '192.168.1.20'], 'lan'],
    ['nothing at all', [], 'world'],
  ]
  it.each(cases)(
    'that resolves to %s is known as soon as it was looked up',
    async (_, addresses, expected) => {
      const { hosts, asked } = names({ 'till.example.com': addresses })
      expect(hosts.of('till.example.com')).toBe('world')
      await turn()
      expect(hosts.of('till.example.com')).toBe(expected)
      expect(asked).toEqual(['till.example.com'])
    },
  )

  it('of the inside that resolves to an address out there is that of the address', async () => {
    const { hosts } = names({ 'erp.internal': ['93.184.216.34'] })
    expect(hosts.of('erp.internal')).toBe('lan')
    await turn()
    expect(hosts.of('erp.internal')).toBe('world')
  })

  it('is learned from who answers, without asking anybody', () => {
    const { hosts, asked } = names({})
    expect(hosts.answered('till.example.com', '192.168.1.20')).toBe('lan')
    expect(hosts.answered('till.example.com', null)).toBe('lan')
    expect(hosts.of('till.example.com')).toBe('lan')
    expect(asked).toEqual([])
  })

  it('is not that of one of its addresses at which nobody answers when it is known better', async () => {
    const { hosts } = names({ 'till.example.com': ['93.184.216.34', '192.168.1.20'] })
    expect(hosts.silent('till.example.com', '93.184.216.34')).toBe('world')
    hosts.renew()
    hosts.of('till.example.com')
    await turn()
    expect(hosts.silent('till.example.com', '93.184.216.34')).toBe('lan')
  })

  it('is looked up again when the network has changed, and as it was until then', async () => {
    const { hosts, says } = names({ 'till.example.com': ['192.168.1.20'] })
    hosts.answered('till.example.com', '192.168.1.20')
    says['till.example.com'] = ['93.184.216.34']
    hosts.renew()
    expect(hosts.of('till.example.com')).toBe('lan')
    await turn()
    expect(hosts.of('till.example.com')).toBe('world')
  })

  it('is no longer what it resolved to once it does not resolve', () => {
    const { hosts } = names({})
    hosts.answered('till.example.com', '192.168.1.20')
    expect(hosts.unresolved('till.example.com')).toBe('world')
    expect(hosts.of('till.example.com')).toBe('world')
  })

  it('is looked up one after the other, however many are asked about', async () => {
    const answers: (() => void)[] = []
    const hosts = new HostReaches(
      () => new Promise((resolve) => answers.push(() => resolve(['192.168.1.20']))),
    )
    hosts.of('one.example.com')
    hosts.of('two.example.com')
    hosts.of('one.example.com')
    expect(answers).toHaveLength(1)
    answers[0]?.()
    await expect.poll(() => answers.length).toBe(2)
    expect(hosts.of('one.example.com')).toBe('lan')
  })

  it('is there within two seconds for who waits for it, and once only', async () => {
    const { hosts, asked } = names({ 'till.example.com': ['192.168.1.20'] })
    await hosts.find('https://till.example.com/hook')
    await hosts.find('https://till.example.com/other')
    await hosts.find('ftp://till.example.com')
    expect([hosts.of('till.example.com'), asked]).toEqual(['lan', ['till.example.com']])
  })

  describe('while a name server hangs', () => {
    beforeEach(() => void vi.useFakeTimers())
    afterEach(() => void vi.useRealTimers())

    it('is found within seconds although fifty hosts out there are looked up over and over', async () => {
      const hang = new Promise<readonly string[]>(() => {})
      const hosts = new HostReaches((hostname) =>
        hostname === 'till.example.com' ? Promise.resolve(['192.168.1.20']) : hang,
      )
      const clouds = Array.from({ length: 50 }, (_, index) => `cloud-${index}.example.com`)
      for (const cloud of clouds) hosts.of(cloud)
      await vi.advanceTimersByTimeAsync(310_000)
      for (const cloud of clouds) hosts.of(cloud)
      hosts.of('till.example.com')
      await vi.advanceTimersByTimeAsync(7_000)
      expect(hosts.of('till.example.com')).toBe('lan')
    })

    it('stays what it was, and is learned from an answer that comes late', async () => {
      let answer = (_: readonly string[]): void => {}
      const hosts = new HostReaches(() => new Promise((resolve) => (answer = resolve)))
      hosts.answered('till.example.com', '192.168.1.20')
      hosts.renew()
      const found = hosts.find('https://till.example.com/')
      await vi.advanceTimersByTimeAsync(2_000)
      await found
      expect(hosts.of('till.example.com')).toBe('lan')
      answer(['93.184.216.34'])
      await vi.advanceTimersByTimeAsync(0)
      expect(hosts.of('till.example.com')).toBe('world')
    })
  })

  it('is forgotten for hosts that were not heard of for long, beyond a thousand', () => {
    const { hosts, asked } = names({})
    for (let index = 0; index <= 1_000; index += 1) {
      hosts.answered(`till-${index}.example.com`, '192.168.1.20')
      hosts.silent('kept.example.com', '192.168.1.20')
    }
    expect(hosts.of('till-1000.example.com')).toBe('lan')
    expect(hosts.of('till-0.example.com')).toBe('world')
    expect(asked).toEqual(['till-0.example.com'])
  })
})
