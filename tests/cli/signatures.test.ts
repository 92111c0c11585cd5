import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { getPublicKeyAsync, signAsync } from '@noble/ed25519'
import { sign as signGithub } from '@octokit/webhooks-methods'
import { Webhook } from 'standardwebhooks'
import Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { dataDirectory } from '../host/running-host.ts'
import { runCommand, spawnProgram } from '../host/spawned.ts'
import { run } from './run.ts'

const slow = { timeout: 60_000 }

describe('listen and verify', () => {
  const secret = `whsec_${Buffer.alloc(32, 3).toString('base64')}`
  const body = '{"type":"attendee.registered","data":{"a": 1}}'
  const signed = (at = new Date()) => ({
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign('evt_1', at, body),
  })

  test('a request is printed with what its signature is worth', slow, async () => {
    const listener = spawnProgram('cli.ts', ['listen', '--json', '--count', '2', '--status', '202'], {
      environment: { PATCHBAY_WEBHOOK_SECRET: secret },
    })
    const { url } = z
      .object({ listening: z.literal(true), url: z.string() })
      .parse(JSON.parse(await listener.line()))
    const post = (text: string) => fetch(`${url}/hook?x=1`, { method: 'POST', headers: signed(), body: text })
    expect((await post(body)).status).toBe(202)
    const line = await listener.line()
    expect(JSON.parse(line)).toMatchObject({
      method: 'POST',
      path: '/hook?x=1',
      body,
      verification: { valid: true, problems: [] },
    })
    await post(body.replace('1', '2'))
    expect(JSON.parse(await listener.line())).toMatchObject({
      verification: { valid: false, problems: [{ code: 'signature_mismatch' }] },
    })
    expect(await listener.ended()).toBe(0)

    const saved = join(await dataDirectory(), 'request.json')
    await writeFile(saved, line)
    const verify = (...args: string[]) => run(['verify', ...args])
    const good = await verify(saved, '--secret', secret, '--json')
    expect([good.code, JSON.parse(good.out).valid]).toEqual([0, true])
    const other = `whsec_${Buffer.alloc(32, 4).toString('base64')}`
    const bad = await verify(saved, '--secret', other)
    expect([bad.code, bad.out]).toEqual([1, expect.stringContaining('No signature fits')])
    const none = await verify(saved, '--secret', 'whsec_short', '--json')
    expect([none.code, none.err.includes('whsec_short')]).toEqual([1, false])
  })

  test('an old capture is checked by its own time, if that is wanted', slow, async () => {
    const folder = await dataDirectory()
    const bodyFile = join(folder, 'body')
    await writeFile(bodyFile, body)
    const headers = Object.entries(signed(new Date('2026-01-01T00:00:00Z')))
    const args = [
      ...['verify', '--secret', secret, '--body-file', bodyFile],
      ...headers.flatMap(([name, value]) => ['--header', `${name}: ${value}`]),
    ]
    const stale = await run([...args, '--json'])
    expect([stale.code, JSON.parse(stale.out).problems]).toEqual([
      1,
      [expect.objectContaining({ code: 'timestamp_too_old' })],
    ])
    expect((await run([...args, '--allow-stale'])).code).toBe(0)
  })

  test('a public key verifies what its key pair has signed', slow, async () => {
    const folder = await dataDirectory()
    const seconds = String(Math.floor(Date.now() / 1000))
    const seed = Buffer.alloc(32, 5)
    const publicKey = Buffer.from(await getPublicKeyAsync(seed))
    const signature = await signAsync(Buffer.from(`evt_1.${seconds}.${body}`), seed)
    const value = `v1,AAAA v1a,${Buffer.from(signature).toString('base64')}`
    const headers = { 'webhook-id': 'evt_1', 'webhook-timestamp': seconds, 'webhook-signature': value }
    const saved = join(folder, 'request.json')
    await writeFile(saved, JSON.stringify({ headers, body }))
    const known = `whpk_${publicKey.toString('base64')}`
    expect((await run(['verify', saved, '--secret', secret, '--secret', known])).code).toBe(0)
    const other = `whpk_${Buffer.alloc(32, 1).toString('base64')}`
    expect((await run(['verify', saved, '--secret', other])).code).toBe(1)
    await writeFile(saved, JSON.stringify({ headers, body: `${body} ` }))
    expect((await run(['verify', saved, '--secret', known])).code).toBe(1)
  })

  test(
    'the signatures of GitHub and Stripe are checked where their headers are, or where that is wanted',
    slow,
    async () => {
      const folder = await dataDirectory()
      const saved = join(folder, 'request.json')
      const verify = async (headers: Record<string, string>, ...args: string[]) => {
        await writeFile(saved, JSON.stringify({ headers, body }))
        const { code, out } = await run(['verify', saved, '--secret', secret, '--json', ...args])
        return [code, JSON.parse(out).problems.map((problem: { code: string }) => problem.code)]
      }
      const github = { 'X-Hub-Signature-256': await signGithub(secret, body) }
      expect(await verify(github)).toEqual([0, []])
      expect(await verify({ 'X-Hub-Signature-256': await signGithub(secret, 'other') })).toEqual([
        1,
        ['signature_mismatch'],
      ])
      const test = (timestamp: number) =>
        Stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp })
      const now = Math.floor(Date.now() / 1000)
      expect(await verify({ 'stripe-signature': test(now) })).toEqual([0, []])
      const old = { 'stripe-signature': test(now - 4_000) }
      expect(await verify(old)).toEqual([1, ['timestamp_too_old']])
      expect(await verify(old, '--allow-stale')).toEqual([0, []])
      expect(await verify({ ...signed(), ...github }, '--style', 'github')).toEqual([0, []])
      expect(await verify(signed(), '--style', 'stripe')).toEqual([1, ['header_missing']])
    },
  )

  test('without a secret there is nothing to verify', slow, async () => {
    expect((await runCommand(['verify', 'whatever.json'], { PATCHBAY_WEBHOOK_SECRET: '' })).code).toBe(2)
  })
})
