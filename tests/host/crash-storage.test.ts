import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { openBooks } from './crash/books.ts'
import { createRig } from './crash/rig.ts'
import { cannotMount, mountSmallDisk } from './crash/small-disk.ts'
import { startReceiver } from './receiver.ts'
import { browserAt, dataDirectory, owner, tenantCall } from './running-host.ts'
import { spawnHost, spawnProgram } from './spawned.ts'

/** `npm run bench:crash` asks for 20 s. */
const lockedMs = Number(process.env.CRASH_LOCKED_MS ?? 1_500)
const seed = Number(process.env.CRASH_SEED ?? 6)
const slow = { timeout: 90_000 + lockedMs }

/** Another program that keeps the database locked until it is let go. */
const lockDatabase = async (directory: string) => {
  const locker = join(import.meta.dirname, 'crash', 'locker.ts')
  const child = spawn(process.execPath, [locker, join(directory, 'patchbay.db')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return {
    async letGo() {
      child.stdin.end()
      await once(child, 'exit')
    },
  }
}

test(
  `a database that another program locks for ${lockedMs} ms costs nothing but the wait`,
  slow,
  async () => {
    const directory = await dataDirectory()
    const host = await spawnHost(directory)
    const rig = await createRig({ seed, directory, url: host.url })
    await rig.happenings(50)
    const locked = await lockDatabase(directory)
    const until = performance.now() + lockedMs
    const accepted = rig.accepted()
    // The host goes on answering whoever only asks.
    while (performance.now() < until) {
      const health = await tenantCall(host.url, '/healthz')
      expect([health.status, health.body]).toMatchObject(
        health.status === 200 ? [200, { ok: true }] : [503, { ok: false }],
      )
      for (const name of attentionOf(health.body)) expect(['storage', 'worker']).toContain(name)
      expect(await browserAt(host.url).client.session.current()).toMatchObject({ state: 'signed_out' })
    }
    // What was under way when the lock came may still have been answered.
    expect(rig.accepted() - accepted).toBeLessThan(100)
    await locked.letGo()
    await rig.happenings(50)
    await rig.settle()
    host.child.kill('SIGTERM')
    expect(await host.ended()).toBe(0)
    rig.checkBooks()
  },
)

/** What the health of a host whose database is locked may name: who cannot write, and the worker that has to. */
const attentionOf = (body: unknown): readonly string[] =>
  z.object({ attention: z.array(z.string()) }).parse(body).attention

const noMount = cannotMount()
if (noMount !== null) console.log(`The tests of a full and of a read-only disk are skipped: ${noMount}`)

/** A host with one webhook, on a disk of its own. */
const hostOnDisk = async (root: string) => {
  const directory = join(root, 'data')
  mkdirSync(directory, { recursive: true })
  const host = await spawnHost(directory)
  const { client } = browserAt(host.url)
  const state = await client.session.setUp(owner)
  if (state.state !== 'signed_in') throw new Error(state.state)
  const organizationId = state.organizations[0]?.id ?? ''
  await client.settings.addNetworkRule({ organizationId, target: '127.0.0.1', note: 'receiver of a test' })
  const receiver = await startReceiver()
  const created = await client.webhooks.create({
    organizationId,
    url: receiver.url,
    events: ['attendee.*'],
    scheduleMs: [0, 100, 100, 100],
  })
  const key = await client.apiKeys.create({
    organizationId,
    name: 'the till',
    environment: 'production',
    scopes: ['api'],
  })
  const types = await client.eventTypes.list()
  const data = types.find(({ name }) => name === 'attendee.registered')?.example
  const send = (url = host.url) =>
    tenantCall(url, '/v1/events', { key: key.secret, json: { type: 'attendee.registered', data } })
  return { host, directory, receiver, send, webhookId: created.webhook.id }
}

test.skipIf(noMount !== null)(
  'a full disk is told to whoever sends, and what was accepted before is delivered once it is not full any more',
  slow,
  async () => {
    const disk = mountSmallDisk(24)
    const { host, directory, receiver, send, webhookId } = await hostOnDisk(disk.root)
    const accepted = new Set<string>()
    const count = (answer: Awaited<ReturnType<typeof send>>): void => {
      const { body } = answer
      if (answer.status !== 202) return
      if (typeof body !== 'object' || body === null || !('id' in body)) throw new Error('no id')
      accepted.add(String(body.id))
    }
    for (let sent = 0; sent < 10; sent += 1) count(await send())
    await receiver.until(() => receiver.waiting() === 10)
    disk.fill()
    let refused = 0
    while (refused === 0) {
      const answer = await send()
      count(answer)
      if (answer.status === 202) continue
      expect([answer.status, answer.body]).toMatchObject([507, { code: 'storage_failed' }])
      refused += 1
    }
    // The attempts that end now cannot be recorded.
    receiver.answerAll()
    await receiver.until(() => receiver.answered.size >= 10)
    const health = await tenantCall(host.url, '/healthz')
    expect([health.status, health.body]).toMatchObject([503, { ok: false, worker: 'running' }])
    disk.empty()
    await vi.waitFor(async () => {
      const answer = await send()
      expect(answer.status).toBe(202)
      count(answer)
    }, slow)
    await receiver.until(() => [...accepted].every((id) => receiver.answered.has(id)))
    host.child.kill('SIGTERM')
    expect(await host.ended()).toBe(0)
    const books = openBooks(directory)
    expect(new Set(books.eventIds())).toEqual(accepted)
    expect(books.deliveries(webhookId)).toEqual({ delivered: accepted.size })
    expect([books.wrongAttempts(), books.isSound()]).toEqual([0, true])
    books.close()
  },
)

test.skipIf(noMount !== null)(
  'a host that is killed on a full disk starts again, and delivers when there is room',
  slow,
  async () => {
    const disk = mountSmallDisk(24)
    const { host, directory, receiver, send } = await hostOnDisk(disk.root)
    for (let sent = 0; sent < 5; sent += 1) expect((await send()).status).toBe(202)
    await receiver.until(() => receiver.waiting() === 5)
    disk.fill()
    while ((await send()).status === 202);
    host.child.kill('SIGKILL')
    await host.ended()
    const full = await spawnHost(directory)
    expect([200, 503]).toContain((await tenantCall(full.url, '/healthz')).status)
    full.child.kill('SIGKILL')
    await full.ended()
    disk.empty()
    const again = await spawnHost(directory)
    receiver.answerAll()
    await receiver.until(() => receiver.answered.size >= 5)
    expect((await send(again.url)).status).toBe(202)
    again.child.kill('SIGTERM')
    expect(await again.ended()).toBe(0)
  },
)

test.skipIf(noMount !== null)(
  'a data directory that cannot be written is refused in a sentence',
  slow,
  async () => {
    const disk = mountSmallDisk(24)
    const { host, directory } = await hostOnDisk(disk.root)
    host.child.kill('SIGTERM')
    expect(await host.ended()).toBe(0)
    disk.makeReadOnly()
    const refused = spawnProgram('serve.ts', ['--data-dir', directory, '--port', '0'])
    expect(await refused.ended()).toBe(1)
    expect(refused.errors()).toBe(`The data directory ${directory} cannot be written.\n`)
  },
)
