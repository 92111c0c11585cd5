import { readFile, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { decisionSchema } from '#contract/decision.ts'
import { startReceiver } from '../host/receiver.ts'
import { browserAt, dataDirectory, runHost, runHostOfAda, tenantCall } from '../host/running-host.ts'
import { runCommand, spawnHost } from '../host/spawned.ts'
import { createdSchema, errorSchema, failingOn, installation, on, run } from './run.ts'

const slow = { timeout: 60_000 }
const itemsSchema = z.object({ items: z.array(z.record(z.string(), z.unknown())) })

describe('while a host runs', () => {
  test('a key and a webhook of the command line carry an event to its receiver, once', slow, async () => {
    const receiver = await startReceiver()
    receiver.answerAll()
    const directory = await dataDirectory()
    const host = await spawnHost(directory, '--demo')
    const ok = on(directory)
    // As a process of its own, to the letter of the documentation.
    const created = await runCommand([
      ...['keys', 'create', '--data-dir', directory, '--organization', 'Harbour Hall', '--name', 'ci'],
      ...['--environment', 'production', '--scope', 'api', '--json'],
    ])
    expect([created.code, created.err]).toEqual([0, ''])
    const key = createdSchema.parse(JSON.parse(created.out))
    expect(key.id).toMatch(/^key_/)
    expect(key.secret).toMatch(/^pb_prod_[0-9A-Za-z]{36}$/)
    const webhook = createdSchema.parse(
      await ok(
        ...['webhooks', 'create', '--organization', 'Harbour Hall', '--url', receiver.url],
        ...['--events', 'attendee.*'],
      ),
    )
    expect(webhook.secret).toMatch(/^whsec_/)
    const { client } = browserAt(host.url)
    const code = new URL(host.signInUrl).searchParams.get('code') ?? ''
    await client.session.signInWithCode({ code })
    const data = (await client.eventTypes.list()).find(({ name }) => name === 'attendee.registered')?.example
    const sent = await tenantCall(host.url, '/v1/events', {
      key: key.secret,
      json: { type: 'attendee.registered', data },
    })
    const { id } = z.object({ id: z.string() }).parse(sent.body)
    const ofEvent = () => receiver.requests.filter((request) => request.id === id)
    await receiver.until(() => ofEvent().length > 0)
    const [request] = ofEvent()
    new Webhook(webhook.secret).verify(request?.body ?? '', request?.headers ?? {})

    const own = z
      .object({ id: z.string() })
      .parse(
        await ok(
          'events',
          'send',
          '--organization',
          'Harbour Hall',
          '--type',
          'attendee.updated',
          '--example',
        ),
      )
    await receiver.until(() => receiver.requests.some((one) => one.id === own.id))
    expect(ofEvent()).toHaveLength(1)
  })

  test('an open console learns at once what the command line changed', slow, async () => {
    const { host, ada, organizationId } = await runHostOfAda()
    const changes = await ada.client.live.changes()
    const created = runCommand(['keys', 'create', '--name', 'ci', '--data-dir', host.dataDirectory, '--json'])
    for await (const { topics } of changes) if (topics.includes('api_keys')) break
    const { out } = await created
    const { id } = createdSchema.parse(JSON.parse(out))
    const { items } = await ada.client.apiKeys.list({ organizationId })
    expect(items).toMatchObject([{ id, name: 'ci', scopes: ['api'] }])
    const { items: told } = await ada.client.audit.list({ organizationId, limit: 1 })
    expect(told).toMatchObject([{ action: 'api_keys.create', actorKind: 'operator' }])
  })

  test('a new address signs somebody in', slow, async () => {
    const { host } = await runHostOfAda()
    const { signInUrl } = z
      .object({ signInUrl: z.string() })
      .parse(await on(host.dataDirectory)('sign-in', '--email', 'ada@harbourhall.example'))
    const code = new URL(signInUrl).searchParams.get('code') ?? ''
    expect(await host.browser().client.session.signInWithCode({ code })).toMatchObject({
      user: { name: 'Ada' },
    })
  })

  test('a restore is refused, and the doctor says who runs', slow, async () => {
    const { host } = await runHostOfAda()
    const ok = on(host.dataDirectory)
    const { path } = z.object({ path: z.string() }).parse(await ok('backup'))
    expect(await failingOn(host.dataDirectory)('restore', path)).toMatchObject({
      code: 'data_directory_in_use',
      message: expect.stringContaining(host.url),
    })
    const { checks } = doctorSchema.parse(await ok('doctor'))
    expect(checks.find(({ name }) => name === 'host')?.detail).toContain(host.url)
  })
})

const doctorSchema = z.object({
  ok: z.boolean(),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })),
})

describe('without a host', () => {
  test('keys are created, listed and revoked', slow, async () => {
    const ok = on(await installation())
    const { id, secret } = createdSchema.parse(
      await ok('keys', 'create', '--name', 'till', '--environment', 'staging', '--scope', 'api,admin'),
    )
    expect(secret).toMatch(/^pb_stag_/)
    expect(itemsSchema.parse(await ok('keys', 'list')).items).toMatchObject([
      { id, name: 'till', scopes: ['api', 'admin'], status: 'active' },
    ])
    expect(await ok('keys', 'revoke', id)).toEqual({ revoked: 1 })
    expect(itemsSchema.parse(await ok('keys', 'list', '--status', 'active')).items).toEqual([])
  })

  test('webhooks and events are there when the host comes', slow, async () => {
    const directory = await installation()
    const ok = on(directory)
    const { id } = createdSchema.parse(
      await ok(
        'webhooks',
        'create',
        '--url',
        'https://example.com/hook',
        '--events',
        'order.*',
        '--name',
        'shop',
      ),
    )
    expect(itemsSchema.parse(await ok('webhooks', 'list')).items).toMatchObject([{ id, name: 'shop' }])
    const example = await ok(
      'events',
      'send',
      '--type',
      'order.paid',
      '--example',
      '--idempotency-key',
      'one',
    )
    expect(example).toMatchObject({ deliveries: 1 })
    expect(
      await ok('events', 'send', '--type', 'order.paid', '--example', '--idempotency-key', 'one'),
    ).toEqual(example)
    expect(
      itemsSchema.parse(await ok('deliveries', 'list', '--status', 'waiting,sending')).items,
    ).toMatchObject([{ webhookId: id, eventType: 'order.paid' }])
    expect(await ok('webhooks', 'delete', id)).toEqual({ deleted: 1 })
    expect(itemsSchema.parse(await ok('users', 'list')).items).toMatchObject([{ name: 'Ada' }])
  })

  test(
    'a webhook is made with settings, shown, and keeps what no flag names when it is changed',
    slow,
    async () => {
      const directory = await installation()
      const ok = on(directory)
      const { id } = createdSchema.parse(
        await ok(
          ...['webhooks', 'create', '--url', 'https://example.com/hook', '--events', 'order.*'],
          ...['--throttle', '10/1', '--ordered', '--schedule', '0,5s,1.5h', '--timeout', '20s'],
        ),
      )
      const fail = failingOn(directory)
      const condition = { 'data.total': { $gte: 100 } }
      const shape = { steps: [{ kind: 'mask', path: 'data.email', keep: 0 }], contentType: 'form' }
      const filter = ['--condition', JSON.stringify(condition), '--shape', JSON.stringify(shape)]
      const headers = ['--header', 'X-Source: the venue', '--header', 'X-Empty:']
      expect(await ok('webhooks', 'update', id, ...filter, ...headers)).toMatchObject({
        options: {
          condition,
          shape,
          headers: [
            { name: 'X-Source', value: 'the venue' },
            { name: 'X-Empty', value: '' },
          ],
        },
      })
      const cleared = ['--condition', 'none', '--shape', 'none', '--header', 'none']
      expect(await ok('webhooks', 'update', id, ...cleared)).toMatchObject({
        options: { condition: null, shape: null, headers: [] },
      })
      expect(await fail('webhooks', 'update', id, '--condition', '{"a":{"$regex":"x"}}')).toMatchObject({
        code: 'invalid',
      })
      expect(await fail('webhooks', 'update', id, '--condition', '{"__proto__":1,"a":1}')).toMatchObject({
        code: 'usage',
      })
      expect(await fail('webhooks', 'update', id, '--header', 'Content-Type: text/plain')).toMatchObject({
        code: 'invalid',
        message: expect.stringContaining('/options/headers/0/name'),
      })
      expect(await ok('webhooks', 'show', id)).toMatchObject({
        timeoutMs: 20_000,
        concurrency: 16,
        scheduleMs: [0, 5_000, 5_400_000],
        options: { throttle: { count: 10, seconds: 1 }, ordered: true },
      })
      vi.stubEnv('PATCHBAY_WEBHOOK_CREDENTIAL', 'tok-4711')
      const bearer = await ok('webhooks', 'update', id, '--auth', 'bearer', '--signature-style', 'stripe')
      vi.unstubAllEnvs()
      expect(bearer).toMatchObject({
        options: { authentication: { kind: 'bearer' }, signatureStyles: ['stripe'] },
        credentials: [{ name: 'token' }],
      })
      expect(JSON.stringify(bearer)).not.toContain('tok-4711')
      expect(await failingOn(directory)('webhooks', 'update', id, '--auth', 'bearer')).toMatchObject({
        exit: 2,
        code: 'usage',
      })
      expect(await ok('webhooks', 'update', id, '--auth', 'none')).toMatchObject({ credentials: [] })
      const change = ['--name', 'shop', '--no-ordered', '--schedule', 'standard', '--concurrency', '2']
      expect(await ok('webhooks', 'update', id, ...change)).toMatchObject({
        id,
        name: 'shop',
        events: ['order.*'],
        concurrency: 2,
        scheduleMs: null,
        options: { throttle: { count: 10, seconds: 1 }, ordered: false },
      })
      const shown = await run(['webhooks', 'show', id, '--data-dir', directory])
      expect(shown.out).toMatch(/^throttle +10\/1$/m)
      expect(shown.out).toMatch(/^schedule +standard \(0,5s,5m,30m,2h,5h,10h,14h,20h,24h\)$/m)
      expect(await fail('webhooks', 'update', id)).toMatchObject({ exit: 2, code: 'usage' })
      expect(await fail('webhooks', 'update', id, '--schedule', '0,soon')).toMatchObject({ code: 'usage' })
      expect(await fail('webhooks', 'update', id, '--schedule', '5s,5s')).toMatchObject({
        code: 'invalid',
        message: expect.stringContaining('begin with 0'),
      })
      expect(await fail('webhooks', 'update', id, '--throttle', '0/1')).toMatchObject({ code: 'invalid' })
    },
  )

  test('keys are bounded, rotated, disabled and enabled', slow, async () => {
    const directory = await installation()
    const ok = on(directory)
    const bounds = ['--allow', '10.0.0.0/8,192.0.2.7', '--rate-limit', '60', '--expires', '2099-01-01']
    const { id } = createdSchema.parse(await ok('keys', 'create', '--name', 'till', ...bounds))
    const rotatedSchema = createdSchema.extend({ replaced: z.object({ id: z.literal(id) }) })
    const rotated = rotatedSchema.parse(await ok('keys', 'rotate', id, '--overlap', '1h'))
    expect(await ok('keys', 'disable', rotated.id)).toEqual({ id: rotated.id, status: 'disabled' })
    expect(itemsSchema.parse(await ok('keys', 'list', '--environment', 'production')).items).toMatchObject([
      { id: rotated.id, status: 'disabled', replaces: id, rateLimitPerMinute: 60 },
      { id, status: 'active', replacedBy: rotated.id, allowedAddresses: ['10.0.0.0/8', '192.0.2.7/32'] },
    ])
    expect(await ok('keys', 'enable', rotated.id)).toEqual({ id: rotated.id, status: 'active' })
    expect(await failingOn(directory)('keys', 'rotate', id)).toMatchObject({ code: 'conflict' })
  })

  test('the audit log of all that holds together, until somebody edits it', slow, async () => {
    const directory = await installation()
    const ok = on(directory)
    await ok('keys', 'create', '--name', 'one')
    expect(await ok('audit', 'verify')).toMatchObject({ ok: true, break: null })
    const { default: Database } = await import('better-sqlite3')
    const database = new Database(join(directory, 'patchbay.db'))
    database.prepare(`UPDATE audit SET actor_name = 'Mallory' WHERE seq = 2`).run()
    database.close()
    const { code, out } = await run(['audit', 'verify', '--data-dir', directory, '--json'])
    expect([code, JSON.parse(out)]).toMatchObject([
      1,
      { ok: false, break: { seq: 2, reason: 'was altered' } },
    ])
  })

  test('a backup is taken and put back', slow, async () => {
    const directory = await installation()
    const ok = on(directory)
    const before = createdSchema.parse(await ok('keys', 'create', '--name', 'before'))
    const { path } = z.object({ path: z.string(), sizeBytes: z.int().min(1) }).parse(await ok('backup'))
    await ok('keys', 'create', '--name', 'after')
    expect(await ok('restore', path)).toMatchObject({ restored: path })
    expect(itemsSchema.parse(await ok('keys', 'list')).items).toMatchObject([{ id: before.id }])
    const { items } = itemsSchema.parse(await ok('backup', '--list'))
    expect(items).toMatchObject([{ path, reason: 'manual' }, { reason: 'daily' }])
  })

  test('the doctor finds what is wrong', slow, async () => {
    const directory = await installation()
    expect(doctorSchema.parse(await on(directory)('doctor')).ok).toBe(true)
    await truncate(join(directory, 'patchbay.db'), 20_000)
    const { code, out } = await run(['doctor', '--data-dir', directory, '--json'])
    const { ok, checks } = doctorSchema.parse(JSON.parse(out))
    expect([code, ok]).toEqual([1, false])
    expect(checks.filter((check) => !check.ok).map(({ name }) => name)).toEqual(['integrity'])
    const nothing = await run(['doctor', '--data-dir', await dataDirectory()])
    expect([nothing.code, nothing.out]).toEqual([1, expect.stringContaining('there is none')])
  })

  test('a directory whose key is elsewhere is not given a new one', slow, async () => {
    const directory = await dataDirectory()
    const key = Buffer.alloc(32, 9).toString('base64')
    const host = await runHost({ dataDirectory: directory, environment: { PATCHBAY_DATA_KEY: key } })
    await host.stop()
    expect(await failingOn(directory)('users', 'list')).toMatchObject({ code: 'data_key_wrong' })
    const environment = { PATCHBAY_DATA_KEY: key }
    const with_ = await runCommand(['audit', 'verify', '--data-dir', directory, '--json'], environment)
    expect(with_.code).toBe(0)
  })
})

describe('explain', () => {
  test('prints the decision, and the exit code is the answer', slow, async () => {
    const directory = await dataDirectory()
    const host = await runHost({ dataDirectory: directory, demo: true })
    await host.stop()
    const explain = (email: string, organization: string, action: string, ...more: string[]) =>
      run([
        ...['explain', '--email', email, '--organization', organization, '--action', action, ...more],
        ...['--data-dir', directory],
      ])
    const ada = await explain('ada@harbourhall.example', 'Harbour Hall', 'webhooks.manage', '--json')
    expect(ada.code).toBe(0)
    expect(decisionSchema.parse(JSON.parse(ada.out))).toMatchObject({ allowed: true, decidedBy: null })
    const rita = await explain('rita@riverside.example', 'riverside events', 'webhooks.manage', '--json')
    expect(rita.code).toBe(3)
    expect(decisionSchema.parse(JSON.parse(rita.out))).toMatchObject({
      allowed: false,
      decidedBy: 'capability',
      principal: { name: 'Rita' },
    })
    const meta = await explain('meta@harbourhall.example', 'Harbour Hall', 'webhooks.manage')
    expect(meta.code).toBe(3)
    expect(meta.out).toMatch(/^Meta may not do webhooks\.manage: /)
    expect(meta.out).toContain('membership_required')
    const gala = ['--occasion', 'Spring Gala 2027', '--json']
    const inOccasion = await explain('ada@harbourhall.example', 'Harbour Hall', 'webhooks.manage', ...gala)
    expect(JSON.parse(inOccasion.out)).toMatchObject({
      resource: { occasionId: expect.stringMatching(/^occ_/) },
    })

    const nobody = await explain('nobody@x.example', 'Harbour Hall', 'webhooks.manage', '--json')
    expect([nobody.code, errorSchema.parse(JSON.parse(nobody.err)).error.code]).toEqual([1, 'not_found'])
    const elsewhere = await explain('ada@harbourhall.example', 'Nowhere', 'webhooks.manage', '--json')
    expect([elsewhere.code, elsewhere.err]).toEqual([1, expect.stringContaining('Riverside Events')])
    expect((await explain('ada@harbourhall.example', 'Harbour Hall', 'eat.cake')).code).toBe(2)
  })
})

describe('usage', () => {
  test('mistakes have exit code 2 and, with --json, one document', slow, async () => {
    const directory = await installation()
    const fail = failingOn(directory)
    expect(await fail('keys', 'create')).toMatchObject({
      code: 'usage',
      message: expect.stringContaining('--name'),
    })
    expect(await fail('keys', 'create', '--name', 'x', '--scope', 'everything')).toMatchObject({
      code: 'invalid',
    })
    expect(await fail('events', 'send', '--type', 'order.paid')).toMatchObject({ code: 'usage' })
    expect(await fail('events', 'send', '--type', 'order.paid', '--data', '{')).toMatchObject({
      code: 'malformed',
    })
    expect(await fail('webhooks', 'delete', `whk_${'0'.repeat(26)}`)).toMatchObject({ code: 'not_found' })
    const codes = await Promise.all(
      [['nonsense'], ['keys', 'nonsense'], ['keys', 'create', '--nonsense'], ['keys', 'create']].map(
        async (args) => (await runCommand(args)).code,
      ),
    )
    expect(codes).toEqual([2, 2, 2, 2])
  })

  test('help and version are no mistakes', slow, async () => {
    const help = await run(['--help'])
    expect([help.code, help.out]).toEqual([0, expect.stringContaining('Usage: patchbay')])
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(await readFile(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8')))
    expect((await run(['--version'])).out).toBe(`${version}\n`)
  })
})
