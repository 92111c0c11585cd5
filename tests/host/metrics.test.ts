import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { expose } from '#main/host/exposition.ts'
import { run } from '../cli/run.ts'
import { parseExposition } from '../support/exposition.ts'
import { startReceiver } from './receiver.ts'
import { owner, runHostOfAda, tenantCall } from './running-host.ts'

describe('the text format', () => {
  test('escapes what would break a line', () => {
    const text = expose([
      {
        name: 'one',
        help: 'a \\ and a\nline',
        type: 'gauge',
        samples: [
          { labels: { a: 'say "x"\n\\' }, value: 1.5 },
          { labels: { a: 'b' }, value: Number.POSITIVE_INFINITY },
          { labels: { a: 'c' }, value: Number.NaN },
        ],
      },
    ])
    const { help, samples } = parseExposition(text).get('one') ?? { help: '', samples: [] }
    expect(help).toBe('a \\\\ and a\\nline')
    expect(samples.map(({ labels, value }) => [labels.a, value])).toEqual([
      ['say "x"\n\\', 1.5],
      ['b', Number.POSITIVE_INFINITY],
      ['c', Number.NaN],
    ])
  })

  test('has cumulative buckets', () => {
    const text = expose([
      { name: 'h', help: 'x', type: 'histogram', bounds: [0.1, 1], counts: [2, 1, 4], sum: 9 },
    ])
    expect(
      parseExposition(text)
        .get('h')
        ?.samples.map(({ value }) => value),
    ).toEqual([2, 3, 7, 9, 7])
  })

  test.each([
    'a 1',
    '# HELP a x\n# TYPE a gauge\na 1 \n',
    '# HELP a x\n# TYPE a counter\na -1\n',
    '# HELP a x\na{b="c} 1\n',
  ])('is read strictly: %j is refused', (text) => {
    expect(() => parseExposition(text)).toThrow()
  })
})

const metricsOf = (url: string, headers: Record<string, string> = {}) => fetch(`${url}/metrics`, { headers })
const healthSchema = z.object({ ok: z.boolean(), attention: z.array(z.string()), worker: z.string() })
const healthOf = async (url: string) => {
  const response = await fetch(`${url}/healthz`)
  return { status: response.status, ...healthSchema.parse(await response.json()) }
}

describe('GET /metrics', () => {
  test('tells what was accepted and delivered, in the format of Prometheus', async () => {
    const receiver = await startReceiver()
    receiver.answerAll()
    const { host, ada, organizationId, makeKey, allowLoopback } = await runHostOfAda()
    await allowLoopback()
    await ada.client.webhooks.create({ organizationId, name: 'r', url: receiver.url, events: ['*'] })
    const { secret } = await makeKey('api')
    const [type] = await ada.client.eventTypes.list()
    await tenantCall(host.url, '/v1/events', { key: secret, json: { type: type?.name, data: type?.example } })
    await receiver.until(() => receiver.requests.length > 0)
    const read = async () => {
      const response = await metricsOf(host.url, { cookie: ada.cookie() ?? '' })
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
      return parseExposition(await response.text())
    }
    const valueIn = (families: Awaited<ReturnType<typeof read>>, name: string) =>
      families.get(`patchbay_${name}`)?.samples[0]?.value
    let families = await read()
    while (valueIn(families, 'attempts_delivered_total') === 0) families = await read()
    expect(valueIn(families, 'events_accepted_total')).toBe(1)
    expect(valueIn(families, 'attempts_delivered_total')).toBe(1)
    expect(valueIn(families, 'worker_up')).toBe(1)
    expect(valueIn(families, 'worker_restarts_total')).toBe(0)
    expect(valueIn(families, 'breakers_open')).toBe(0)
    for (const name of ['database_bytes', 'disk_free_bytes'])
      expect(valueIn(families, name)).toBeGreaterThan(0)
    const durations = families.get('patchbay_attempt_duration_seconds')?.samples
    expect(durations?.find(({ name }) => name.endsWith('_count'))?.value).toBe(1)
    expect(families.get('patchbay_deliveries')?.samples.map(({ labels }) => labels.status)).toEqual([
      'waiting',
      'sending',
      'held',
      'exhausted',
    ])
    expect(families.get('patchbay_attempts_failed_total')?.samples.map(({ value }) => value)).toContain(0)
    expect(families.get('process_resident_memory_bytes')?.samples[0]?.value).toBeGreaterThan(0)
  })

  test('is for admins who are signed in, and for the one token', async () => {
    const { host, ada, organizationId } = await runHostOfAda()
    expect((await metricsOf(host.url)).status).toBe(401)
    expect((await metricsOf(host.url, { authorization: 'Bearer pbm_wrong' })).status).toBe(401)
    expect((await metricsOf(host.url, { authorization: 'Bearer ' })).status).toBe(401)
    const { invitation } = await ada.client.users.invite({
      organizationId,
      name: 'Max',
      email: 'max@harbourhall.example',
      organizationRole: 'manager',
      workspaceRole: 'manager',
    })
    const max = host.browser()
    const code = new URL(invitation?.signInPath ?? '', host.url).searchParams.get('code') ?? ''
    await max.client.session.signInWithCode({ code })
    await max.client.session.setPassword({ password: owner.password })
    expect((await metricsOf(host.url, { cookie: max.cookie() ?? '' })).status).toBe(403)

    const command = async (...args: string[]) =>
      run(['metrics-token', ...args, '--data-dir', host.dataDirectory, '--json'])
    const made = async () =>
      z.object({ token: z.string() }).parse(JSON.parse((await command('create')).out)).token
    const first = await made()
    expect(first).toMatch(/^pbm_[\w-]{43}$/)
    expect((await metricsOf(host.url, { authorization: `Bearer ${first}` })).status).toBe(200)
    const second = await made()
    expect((await metricsOf(host.url, { authorization: `Bearer ${first}` })).status).toBe(401)
    expect((await metricsOf(host.url, { authorization: `Bearer ${second}` })).status).toBe(200)
    const database = new Database(`${host.dataDirectory}/patchbay.db`, { readonly: true })
    const stored = database
      .prepare(`SELECT value FROM installation WHERE key = 'metrics_token'`)
      .pluck()
      .get()
    database.close()
    expect(stored).toMatch(/^[0-9a-f]{64}$/)
    expect((await command('revoke')).out).toBe('{"revoked":true}\n')
    expect((await command('revoke')).out).toBe('{"revoked":false}\n')
    expect((await metricsOf(host.url, { authorization: `Bearer ${second}` })).status).toBe(401)
  })
})

describe('GET /healthz', () => {
  test('says 503 while another program keeps the database locked, and 200 again afterwards', async () => {
    const clock = { now: () => Date.now() + ahead }
    let ahead = 0
    const { host } = await runHostOfAda({ clock })
    expect(await healthOf(host.url)).toMatchObject({ status: 200, ok: true })
    const other = new Database(`${host.dataDirectory}/patchbay.db`, { timeout: 5_000 })
    other.exec('BEGIN IMMEDIATE')
    // What was found a moment ago is told again.
    ahead += 5_001
    const locked = await healthOf(host.url)
    other.exec('ROLLBACK')
    other.close()
    expect(locked).toMatchObject({ status: 503, ok: false })
    expect(locked.attention).toContain('storage')
    ahead += 5_001
    expect((await healthOf(host.url)).status).toBe(200)
  })

  test('the console and the doctor tell the same', async () => {
    const clock = { now: () => Date.now() + ahead }
    let ahead = 0
    const { host, ada, organizationId } = await runHostOfAda({ clock })
    while ((await healthOf(host.url)).worker !== 'running') ahead += 5_001
    ahead += 5_001
    const { checks } = await ada.client.health.get({ organizationId })
    expect(checks.find(({ name }) => name === 'worker')?.fact).toMatch(/^It runs: /)
    const { code, out } = await run(['doctor', '--data-dir', host.dataDirectory, '--json'])
    const doctor = z
      .object({
        ok: z.boolean(),
        checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })),
      })
      .parse(JSON.parse(out))
    expect([code, doctor.ok]).toEqual([0, true])
    const names = doctor.checks.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(names).toEqual(
      expect.arrayContaining(['permissions', 'host', 'data key', 'worker', 'replication', 'jobs']),
    )
  })
})
