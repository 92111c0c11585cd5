import { describe, expect, it } from 'vitest'
import {
  checkUrl,
  createNetworkPolicy,
  parseDestination,
  ruleProblem,
} from '#main/delivery/network-policy.ts'
import { publicUrls, refusedUrls, resolve, ruleCases } from './url-forms.ts'

const check = (url: string, targets: readonly string[] = []) =>
  checkUrl(url, createNetworkPolicy(targets), resolve)

describe('without rules', () => {
  it.each(refusedUrls)('refuses %s (%s)', async (url, word) => {
    const verdict = await check(url)
    expect(verdict.allowed).toBe(false)
    expect(verdict.reason).toContain(word)
  })

  it.each(publicUrls)('lets %s pass', async (url) => {
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
  it.each(ruleCases)('%s: %s is allowed: %s', async (target, url, expected) => {
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
