import { request as httpRequest } from 'node:http'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Topic } from '#contract/live.ts'
import type { SessionKeeper } from '#main/engine/sessions/keeper.ts'
import type { Session } from '#main/engine/sessions/sessions.ts'
import type { Call } from '#main/host/call.ts'
import { createLiveChanges } from '#main/host/live.ts'
import { type Browser, owner, problemOf, runHostOfAda } from './running-host.ts'

const follow = async ({ client }: Browser) => {
  const stop = new AbortController()
  onTestFinished(() => stop.abort())
  const changes = await client.live.changes(undefined, { signal: stop.signal })
  return { changes, stop }
}

/** Reads messages until one names the topic. @returns how many were read. */
const untilTopic = async (
  changes: Awaited<ReturnType<typeof follow>>['changes'],
  topic: Topic,
): Promise<number> => {
  for (let messages = 1; ; messages += 1) {
    const { value, done } = await changes.next()
    if (done) throw new Error('The stream has ended.')
    if (value.topics.includes(topic)) return messages
  }
}

describe('a console that listens', () => {
  test('is told what somebody else changes', async () => {
    const { host, ada, organizationId, makeKey } = await runHostOfAda()
    const { changes } = await follow(ada)
    const other = host.browser()
    await other.client.session.signIn({ email: owner.email, password: owner.password })
    await untilTopic(changes, 'sessions')
    await makeKey('api')
    await untilTopic(changes, 'api_keys')
    await other.client.settings.setIdleLock({ organizationId, idleLockMinutes: 5 })
    await untilTopic(changes, 'settings')
  })

  test('is told at most four times a second, however much changes', async () => {
    const { ada, organizationId } = await runHostOfAda()
    const { changes } = await follow(ada)
    const startedAt = performance.now()
    for (let count = 0; count < 60; count += 1) {
      await ada.client.settings.setIdleLock({ organizationId, idleLockMinutes: count + 1 })
    }
    const key = ada.client.apiKeys.create({
      organizationId,
      name: 'last',
      environment: 'staging',
      scopes: ['api'],
    })
    const messages = await untilTopic(changes, 'api_keys')
    await key
    expect(messages).toBeLessThanOrEqual(Math.ceil((performance.now() - startedAt) / 250) + 1)
  })

  test('is told nothing before it signs in', async () => {
    const { host } = await runHostOfAda()
    expect(await problemOf(host.browser().client.live.changes())).toMatchObject({ code: 'not_signed_in' })
  })
})

describe('the stream ends', () => {
  test('when its session is signed out', async () => {
    const { ada } = await runHostOfAda()
    const { changes } = await follow(ada)
    const next = problemOf(untilTopic(changes, 'events'))
    await ada.client.session.signOut()
    expect(await next).toMatchObject({ code: 'not_signed_in' })
  })

  test('when its session is locked', async () => {
    const { ada } = await runHostOfAda()
    const { changes } = await follow(ada)
    const next = problemOf(untilTopic(changes, 'events'))
    await ada.client.session.lock()
    expect(await next).toMatchObject({ code: 'session_locked' })
  })

  test('when the host stops', async () => {
    const { host, ada } = await runHostOfAda()
    const { changes } = await follow(ada)
    const next = problemOf(untilTopic(changes, 'events'))
    await host.stop()
    expect(await next).toMatchObject({ code: 'stopping' })
  })
})

/** A stream by hand: closing it closes its connection at once, as a browser does. */
const openByHand = (url: string, cookie: string): Promise<{ status: number; close(): void }> =>
  new Promise((resolve, reject) => {
    const request = httpRequest(
      `${url}/rpc/live/changes`,
      { method: 'POST', agent: false, headers: { cookie, 'content-type': 'application/json' } },
      (response) => {
        response.on('error', () => {}).resume()
        resolve({ status: response.statusCode ?? 0, close: () => response.destroy() })
      },
    )
    onTestFinished(() => void request.destroy())
    request.on('error', reject)
    request.end('{}')
  })

test('there is room for so many consoles, and who leaves makes room', async () => {
  const { host, ada } = await runHostOfAda()
  const open = () => openByHand(host.url, ada.cookie() ?? '')
  const streams = await Promise.all(Array.from({ length: 64 }, open))
  expect(streams.map(({ status }) => status)).toEqual(streams.map(() => 200))
  expect(await problemOf(ada.client.live.changes())).toMatchObject({ code: 'busy', retryAfterSeconds: 5 })
  streams[0]?.close()
  await vi.waitFor(async () => expect((await open()).status).toBe(200), { timeout: 10_000 })
})

const session: Session = {
  id: 'ses_1',
  locked: false,
  user: {
    id: 'usr_1',
    name: 'Ada',
    email: owner.email,
    passwordHash: null,
    status: 'active',
    platformAdmin: false,
    createdAt: 0,
    lastSignInAt: null,
  },
}
const call: Call = {
  principal: { kind: 'anonymous' },
  address: '127.0.0.1',
  visitor: { address: '127.0.0.1', userAgent: '' },
  session,
  token: 'token',
  opened() {},
  closed() {},
}
const createLive = (find: SessionKeeper['find']) => {
  const live = createLiveChanges({ find, onLost: () => () => {} })
  onTestFinished(() => live.stop())
  return live
}
const useFakeTimers = (...toFake: ('setInterval' | 'clearInterval' | 'setTimeout' | 'clearTimeout')[]) => {
  vi.useFakeTimers({ toFake })
  onTestFinished(() => void vi.useRealTimers())
}

test('a session that ended without a word is noticed', async () => {
  useFakeTimers('setInterval', 'clearInterval')
  let present: Session | null = session
  const live = createLive(async () => present)
  const changes = await live.operations.changes(call, undefined)
  vi.advanceTimersByTime(15_000)
  live.publish(['events'])
  expect(await changes.next()).toMatchObject({ value: { topics: ['events'] } })
  present = null
  const next = problemOf(changes.next())
  vi.advanceTimersByTime(15_000)
  expect(await next).toMatchObject({ code: 'not_signed_in' })
})

test('a message is sent though its timer rang a little early by the clock', async () => {
  useFakeTimers('setTimeout', 'clearTimeout')
  const now = vi.spyOn(performance, 'now').mockReturnValue(1_000)
  onTestFinished(() => now.mockRestore())
  const live = createLive(async () => session)
  const changes = await live.operations.changes(call, undefined)
  live.publish(['events'])
  await changes.next()
  const next = changes.next()
  live.publish(['deliveries'])
  now.mockReturnValue(1_249.6)
  vi.advanceTimersByTime(250)
  now.mockReturnValue(1_250.6)
  vi.advanceTimersByTime(1)
  expect(await next).toMatchObject({ value: { topics: ['deliveries'] } })
})
