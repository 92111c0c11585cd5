import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { hostFileSchema } from '#main/store/data-directory.ts'
import { rawRequest } from './raw-request.ts'
import { browserAt, dataDirectory, owner, runHost, runHostOfAda } from './running-host.ts'
import { readySchema, spawnHost, spawnProgram } from './spawned.ts'

const slow = { timeout: 60_000 }
/** For what a busy machine may take; without it, a second is all. */
const patient = { timeout: 15_000 }

/** A request that the host waits for: its body never comes. */
const hangingRequest = async (url: string): Promise<void> => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.on('error', () => {})
  const { host } = new URL(url)
  const head = `POST /rpc/session/current HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\n`
  await new Promise<void>((resolve) => {
    // The answer to Expect tells that the request has begun.
    socket.once('data', () => resolve())
    socket.write(`${head}content-length: 9\r\nexpect: 100-continue\r\n\r\n`)
  })
}

describe('serve', () => {
  test('prints one line when it is ready, and stops cleanly when it is asked to', slow, async () => {
    const directory = await dataDirectory()
    const host = spawnProgram('serve.ts', ['--data-dir', directory, '--port', '0'])
    const [, url = ''] = /^Patchbay is ready at (http:\/\/127\.0\.0\.1:\d+)$/.exec(await host.line()) ?? []
    expect(await browserAt(url).client.session.current()).toMatchObject({ state: 'not_set_up' })
    host.child.kill('SIGTERM')
    expect(await host.rest()).toBe('')
    expect([await host.ended(), host.errors()]).toEqual([0, ''])
    expect(await readdir(directory)).not.toContain('host.json')
    // The write-ahead log is folded into the database.
    expect(await readdir(directory)).not.toContain('patchbay.db-wal')
  })

  test('prints JSON with an address that signs the owner in', slow, async () => {
    const directory = await dataDirectory()
    const first = await spawnHost(directory)
    expect(first.signInUrl).toBe(first.url)
    await browserAt(first.url).client.session.setUp(owner)
    first.child.kill('SIGINT')
    expect(await first.ended()).toBe(0)
    const second = await spawnHost(directory)
    const code = new URL(second.signInUrl).searchParams.get('code') ?? ''
    expect(await browserAt(second.url).client.session.signInWithCode({ code })).toMatchObject({
      state: 'signed_in',
      user: { name: 'Ada' },
    })
  })

  test('opens the demo with Ada, and nobody else’s data as a demo', slow, async () => {
    const demo = await spawnHost(await dataDirectory(), '--demo')
    const code = new URL(demo.signInUrl).searchParams.get('code') ?? ''
    expect(await browserAt(demo.url).client.session.signInWithCode({ code })).toMatchObject({
      demo: true,
      user: { email: 'ada@harbourhall.example' },
    })
    const people = await browserAt(demo.url).client.session.demoPeople()
    expect(people.map(({ name }) => name)).toEqual([
      'Ada',
      'Max',
      'Otto',
      'Sam',
      'Meta',
      'Finn',
      'Rita',
      'Pat',
    ])

    const { host } = await runHostOfAda()
    await host.stop()
    const refused = spawnProgram('serve.ts', ['--data-dir', host.dataDirectory, '--port', '0', '--demo'])
    expect(await refused.ended()).toBe(1)
    expect(refused.errors()).toContain('not the demo workspace')
  })

  test('says what is wrong with its flags', slow, async () => {
    const flags = [['--port', '65536'], ['--port', 'many'], ['--log-level', 'loud'], ['--nonsense']]
    const wrong = flags.map((given) => spawnProgram('serve.ts', given))
    const place = ['--data-dir', await dataDirectory()]
    const socket = spawnProgram('serve.ts', ['--socket', '/tmp/never.sock', ...place])
    for (const [index, program] of wrong.entries()) {
      expect(await program.ended(), flags[index]?.join(' ')).toBe(2)
      expect(program.errors()).toMatch(/^error: /)
    }
    expect(await socket.ended()).toBe(2)
    expect(socket.errors()).toContain('PATCHBAY_LAUNCH_TOKEN')
  })
})

describe('a second signal', () => {
  test('ends the host at once', slow, async () => {
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const host = await spawnHost(await dataDirectory())
      await hangingRequest(host.url)
      host.child.kill(signal)
      // It has begun to stop when it turns new requests away.
      await vi.waitFor(async () => {
        await expect(rawRequest(host.url, { path: '/healthz' })).rejects.toMatchObject({
          code: 'ECONNREFUSED',
        })
      }, patient)
      await vi.waitFor(() => {
        host.child.kill(signal)
        expect(host.child.exitCode).toBe(code)
      }, patient)
    }
  })

  test('is not needed: what hangs is given up', slow, async () => {
    const host = await spawnHost(await dataDirectory())
    await hangingRequest(host.url)
    host.child.kill('SIGTERM')
    expect(await host.ended()).toBe(0)
  })
})

describe('a data directory', () => {
  test('belongs to one host at a time, and says to whom', slow, async () => {
    const first = await runHost()
    const second = spawnProgram('serve.ts', ['--data-dir', first.dataDirectory, '--port', '0'])
    expect(await second.ended()).toBe(1)
    expect(second.errors()).toContain(`process ${process.pid} at ${first.url}`)
    await first.stop()
    const third = await spawnHost(first.dataDirectory)
    expect(third.url).toMatch(/^http/)
  })

  test('tells the command line of this machine where the host is, and nobody else', async () => {
    const { dataDirectory: directory, url, ...host } = await runHost()
    const path = join(directory, 'host.json')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    const file = hostFileSchema.parse(JSON.parse(await readFile(path, 'utf8')))
    expect(file).toMatchObject({ pid: process.pid, url, socket: null })
    expect(Buffer.from(file.controlToken, 'base64url')).toHaveLength(32)
    await host.stop()
    expect(existsSync(path)).toBe(false)
  })

  test('is given back when the host cannot start', slow, async () => {
    const taken = await runHost()
    const directory = await dataDirectory()
    const port = new URL(taken.url).port
    const clash = spawnProgram('serve.ts', ['--data-dir', directory, '--port', port])
    expect(await clash.ended()).toBe(1)
    expect(clash.errors()).toContain('in use already')
    const again = await runHost({ dataDirectory: directory })
    expect(again.url).not.toBe(taken.url)
  })

  test('is backed up when the last backup is older than a day', slow, async () => {
    const directory = await dataDirectory()
    const backups = async () =>
      (await readdir(join(directory, 'backups'))).filter((name) => name.endsWith('.db'))
    for (const [atMs, count] of [
      [Date.UTC(2026, 10, 1), 1],
      [Date.UTC(2026, 10, 1, 23), 1],
      [Date.UTC(2026, 10, 2, 1), 2],
    ] as const) {
      const host = await runHost({ dataDirectory: directory, clock: { now: () => atMs } })
      await host.stop()
      expect((await backups()).length, new Date(atMs).toISOString()).toBe(count)
    }
  })
})

describe('a damaged database', () => {
  const damaged = async () => {
    const { host } = await runHostOfAda()
    const { dataDirectory: directory } = host
    await host.stop()
    await truncate(join(directory, 'patchbay.db'), 20_000)
    return directory
  }

  test('is left as it is, and the message names the last backup', slow, async () => {
    const directory = await damaged()
    const host = spawnProgram('serve.ts', ['--data-dir', directory, '--port', '0'])
    expect(await host.ended()).toBe(1)
    expect(host.errors()).toContain('is damaged')
    expect(host.errors()).toContain(join(directory, 'backups', 'patchbay-'))
    expect((await stat(join(directory, 'patchbay.db'))).size).toBe(20_000)
  })

  test('is explained at the address, if that is wanted', slow, async () => {
    const directory = await damaged()
    const flags = ['--data-dir', directory, '--port', '0', '--json', '--explain-failures']
    const host = spawnProgram('serve.ts', flags)
    const url = readySchema.parse(JSON.parse(await host.line())).url ?? ''
    const page = await rawRequest(url, { path: '/anything', headers: { accept: 'text/html' } })
    expect(page.status).toBe(503)
    expect(page.body).toContain('is damaged')
    expect(page.headers['content-security-policy']).toContain("default-src 'none'")
    expect(page.body).toContain('&#34;')
    expect((await rawRequest(url, { method: 'POST', path: '/rpc/session/current', body: '{}' })).status).toBe(
      503,
    )
    host.child.kill('SIGTERM')
    expect(await host.ended()).toBe(1)
  })

  test('of another data key is not opened', slow, async () => {
    const { host } = await runHostOfAda()
    await host.stop()
    await writeFile(join(host.dataDirectory, 'data.key'), Buffer.alloc(32, 1).toString('base64'))
    const other = spawnProgram('serve.ts', ['--data-dir', host.dataDirectory, '--port', '0'])
    expect(await other.ended()).toBe(1)
    expect(other.errors()).toContain('does not open with the present data key')
  })
})

describe('a host of the desktop program', () => {
  const launchToken = 'a-token-of-the-launch'
  const launch = async (stdin: 'ignore' | 'pipe', more: readonly string[] = []) => {
    const directory = await dataDirectory()
    const socketPath = join(directory, 'host.sock')
    const flags = ['--data-dir', directory, '--socket', socketPath, '--parent-token', '--json', ...more]
    const environment = { PATCHBAY_LAUNCH_TOKEN: launchToken }
    const host = spawnProgram('serve.ts', flags, { environment, stdin })
    const ready = readySchema.parse(JSON.parse(await host.line()))
    return { host, ready, socketPath }
  }
  const current = {
    method: 'POST',
    path: '/rpc/session/current',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  }

  test('answers on its socket to whoever has the token', slow, async () => {
    const { ready, socketPath } = await launch('ignore')
    expect(ready).toEqual({ ready: true, url: null, signInUrl: null })
    expect((await stat(socketPath)).mode & 0o777).toBe(0o600)
    expect((await rawRequest(null, { ...current, socketPath })).status).toBe(401)
    const authorization = `Bearer ${launchToken}`
    const answer = await rawRequest(null, {
      ...current,
      socketPath,
      headers: { ...current.headers, authorization },
    })
    expect(JSON.parse(answer.body)).toMatchObject({ json: { state: 'not_set_up' } })
  })

  test('answers tenants on loopback too, where the token of the launch opens nothing', slow, async () => {
    const { host, ready, socketPath } = await launch('ignore', ['--loopback-port', '0'])
    const url = z.string().parse(ready.url)
    const me = await rawRequest(url, { method: 'GET', path: '/v1/me', headers: { 'x-api-key': 'none' } })
    expect([me.status, JSON.parse(me.body)]).toMatchObject([401, { code: 'key_unknown' }])
    const elsewhere = await rawRequest(url, {
      method: 'GET',
      path: '/healthz',
      headers: { host: 'evil.example' },
    })
    expect(elsewhere.status).toBe(421)
    expect((await rawRequest(null, { ...current, socketPath })).status).toBe(401)
    host.child.kill('SIGTERM')
    expect(await host.ended()).toBe(0)
  })

  test('opens on another port when a tenant port is taken', slow, async () => {
    const first = await launch('ignore', ['--loopback-port', '0'])
    const { port } = new URL(z.string().parse(first.ready.url))
    const second = await launch('ignore', ['--loopback-port', port])
    expect(new URL(z.string().parse(second.ready.url)).port).not.toBe(port)
  })

  test('ends with its parent', slow, async () => {
    const { host } = await launch('pipe')
    host.child.stdin?.end()
    expect(await host.ended()).toBe(0)
  })
})

test('while it stops, a host turns new requests away', async () => {
  const { host } = await runHostOfAda()
  const { host: name, port } = new URL(host.url)
  const socket = connect(Number(port), '127.0.0.1')
  let answers = ''
  socket.on('data', (chunk) => {
    answers += String(chunk)
  })
  const closed = once(socket, 'close')
  // A second request that has begun keeps the connection from being idle.
  socket.write(`GET /healthz HTTP/1.1\r\nhost: ${name}\r\n\r\nGET /v1/me HTTP/1.1\r\nhost: ${name}\r\n`)
  await vi.waitFor(() => expect(answers).toContain('"ok":true'), patient)
  const stopped = host.stop()
  socket.write('x-api-key: none\r\n\r\n')
  await Promise.all([stopped, closed])
  expect(answers).toContain('HTTP/1.1 503 Service Unavailable')
  expect(answers).toContain('retry-after: 1')
  expect(answers).toContain('"code":"stopping"')
  // A second call waits for the same end.
  await host.stop()
})
