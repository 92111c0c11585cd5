import type { Socket } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { standardScheduleMs } from '#contract/schedule.ts'
import type { ErrorClass } from '#contract/vocabulary.ts'
import type { Exchange } from '#main/delivery/flight.ts'
import type { Resolve } from '#main/delivery/network-policy.ts'
import { settlementOf } from '#main/delivery/settlement.ts'
import { answerWith, body, channelTo, clock, once, open, send } from './channels.ts'
import { type Receiver, startAccepting, startHttp, startRaw, startTls } from './receivers.ts'

/** What follows from an exchange for the first attempt of an event. */
const outcomeOf = (exchange: Exchange) =>
  settlementOf({
    webhookId: 'whk_1',
    url: 'http://127.0.0.1/',
    scheduleMs: standardScheduleMs,
    delivery: {
      id: 'dlv_1',
      kind: 'event',
      eventId: 'evt_1',
      attempts: 0,
      createdAt: clock.now(),
      dueAt: clock.now(),
      body,
    },
    delayedBy: null,
    sent: { recordedHeaders: {}, secretIds: [], shaped: undefined },
    exchange,
    attemptId: 'att_1',
    random: 0,
  }).outcome

const secondMs = 1_000
const hourMs = 3_600_000
const dateIn = (ms: number) => new Date(clock.now() + ms).toUTCString()

describe('the rules of answers, over a connection', () => {
  it.each([200, 201, 202, 204, 206, 299])('%i is delivered', async (statusCode) => {
    expect(outcomeOf(await once(answerWith(statusCode, {}, '')))).toEqual({ kind: 'delivered' })
  })

  it.each([300, 301, 302, 303, 304, 305, 307, 308])(
    '%i is a redirect: tried again, never followed',
    async (statusCode) => {
      let requests = 0
      const exchange = await once(
        startHttp((request, response) => {
          requests += 1
          // To itself, for ever.
          response.writeHead(statusCode, { location: `http://${request.headers.host}/hook` }).end()
        }),
      )
      expect(exchange.failure?.errorClass).toBe('redirect')
      expect(outcomeOf(exchange)).toMatchObject({ kind: 'retry', reason: 'schedule 5 s' })
      expect(requests).toBe(1)
    },
  )

  it.each([400, 401, 403, 404, 405, 408, 409, 413, 418, 422, 425, 429, 500, 501, 502, 503, 504, 599])(
    '%i is a failure: tried again',
    async (statusCode) => {
      const exchange = await once(answerWith(statusCode, {}, ''))
      expect(exchange.failure?.errorClass).toBe('http')
      expect(outcomeOf(exchange)).toMatchObject({ kind: 'retry', reason: 'schedule 5 s' })
    },
  )

  it('410 is gone', async () => {
    expect(outcomeOf(await once(answerWith(410)))).toEqual({ kind: 'gone' })
  })

  // The schedule has 5 s, which Retry-After never shortens; 24 h are the most that it gets.
  it.each([
    [429, '120', 120 * secondMs],
    [503, '120', 120 * secondMs],
    [500, '120', 120 * secondMs],
    [301, '120', 120 * secondMs],
    [429, '0', 5 * secondMs],
    [429, '1', 5 * secondMs],
    [429, '-5', 5 * secondMs],
    [429, '1.5', 5 * secondMs],
    [429, 'soon', 5 * secondMs],
    [429, '', 5 * secondMs],
    [429, '86400', 24 * hourMs],
    [429, '999999999999999999999999', 24 * hourMs],
    [503, dateIn(10 * 60_000), 10 * 60_000],
    [503, dateIn(-hourMs), 5 * secondMs],
    [503, 'Thu, 01 Jan 1970 00:00:00 GMT', 5 * secondMs],
    [503, 'Fri, 31 Dec 9999 23:59:59 GMT', 24 * hourMs],
    [503, 'Fri, 99 Foo 2026 99:99:99 GMT', 5 * secondMs],
  ])('%i with Retry-After %j is tried again after %i ms', async (statusCode, retryAfter, afterMs) => {
    const exchange = await once(answerWith(statusCode, { 'retry-after': retryAfter }))
    const outcome = outcomeOf({ ...exchange, finishedAt: clock.now() })
    expect(outcome).toMatchObject({ kind: 'retry', dueAt: clock.now() + afterMs })
  })
})

/** Everything that a receiver can do wrong, and what it is called. */
interface Fault {
  readonly start: () => Promise<Receiver>
  readonly scheme?: 'http' | 'https'
  readonly errorClass: ErrorClass | null
  /** How long it may take; only where the fault is that it takes long. */
  readonly timeoutMs?: number
}

const drip = (socket: Socket, head: string): void => {
  socket.write(head)
  const timer = setInterval(() => socket.write('x'), 5)
  socket.on('close', () => clearInterval(timer))
}
const rawAnswer = (bytes: string | Buffer) => () => startRaw((socket) => void socket.end(bytes))
const rawReset = (bytes: string) => () =>
  startRaw((socket) => void socket.write(bytes, () => socket.resetAndDestroy()))

/** A frame of HTTP/2 that says GOAWAY, after empty settings. */
const goAway = Buffer.from('000000040000000000' + '0000080700000000000000000000000000', 'hex')

const faults: Readonly<Record<string, Fault>> = {
  'a reset at once': {
    start: () => startAccepting((socket) => socket.resetAndDestroy()),
    errorClass: 'reset',
  },
  'an end at once': { start: () => startAccepting((socket) => void socket.end()), errorClass: 'reset' },
  'a reset after the request': {
    start: () => startRaw((socket) => void socket.resetAndDestroy()),
    errorClass: 'reset',
  },
  'a reset in the headers': { start: rawReset('HTTP/1.1 200 OK\r\nx-half: '), errorClass: 'reset' },
  'a reset in the body': {
    start: rawReset('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'),
    errorClass: 'reset',
  },
  'a reset in a chunk': {
    start: rawReset('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\nhalf'),
    errorClass: 'reset',
  },
  silence: { start: () => startRaw(() => {}), errorClass: 'timeout', timeoutMs: 60 },
  'headers that drip': {
    start: () => startRaw((socket) => drip(socket, 'HTTP/1.1 200 OK\r\nx-slow: ')),
    errorClass: 'timeout',
    timeoutMs: 60,
  },
  'a body that drips': {
    start: () => startRaw((socket) => drip(socket, 'HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n')),
    errorClass: 'timeout',
    timeoutMs: 60,
  },
  'a length that is too long': {
    start: rawAnswer('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort'),
    errorClass: 'reset',
  },
  'a length that is no number': {
    start: rawAnswer('HTTP/1.1 200 OK\r\ncontent-length: ten\r\n\r\n'),
    errorClass: 'protocol',
  },
  'headers of 1 MiB': {
    start: rawAnswer(`HTTP/1.1 200 OK\r\nx-large: ${'x'.repeat(1_048_576)}\r\n\r\n`),
    errorClass: 'protocol',
  },
  'a flood of interim answers': {
    start: rawAnswer('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(1_000)),
    errorClass: 'protocol',
  },
  'HTTP/2 that goes away': { start: rawAnswer(goAway), errorClass: 'protocol' },
  garbage: { start: rawAnswer('SSH-2.0-OpenSSH_9.2\r\n'), errorClass: 'protocol' },
  'TLS of an unknown authority': {
    start: () => startTls('valid', (_, response) => void response.end()),
    scheme: 'https',
    errorClass: 'tls',
  },
  'plain HTTP where TLS is spoken': {
    start: () => startTls('valid', (_, response) => void response.end()),
    errorClass: 'reset',
  },
  'TLS where plain HTTP is spoken': { start: () => answerWith(200), scheme: 'https', errorClass: 'tls' },
  'a redirect': { start: () => answerWith(302, { location: '/' }), errorClass: 'redirect' },
  'an error': { start: () => answerWith(500), errorClass: 'http' },
  'a body without end': {
    start: () => answerWith(200, {}, Buffer.alloc(512 * 1024)),
    errorClass: null,
  },
  'a good answer': { start: () => answerWith(200), errorClass: null },
}

const addressOf = ({ scheme = 'http' }: Fault, { port }: Receiver) => `${scheme}://receiver.test:${port}/`

describe('a receiver that answers with', () => {
  it.each(Object.entries(faults))('%s is told by its class', async (_, fault) => {
    const receiver = await open(fault.start())
    const exchange = await send(channelTo(addressOf(fault, receiver)), fault.timeoutMs)
    expect(exchange.failure?.errorClass ?? null).toBe(fault.errorClass)
    expect(exchange.failure?.message.length ?? 0).toBeLessThan(400)
    // What Node.js advises to do with itself is nothing that an admin can do.
    expect(exchange.failure?.message ?? '').not.toContain('Node')
  })

  it('more than it announced is believed as far as it announced, on a connection that is not used again', async () => {
    const receiver = await open(
      startRaw((socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok and more')),
    )
    const channel = channelTo(`http://127.0.0.1:${receiver.port}/`)
    for (const _ of [1, 2]) {
      const exchange = await send(channel)
      expect(exchange.responseBody?.toString() ?? '').not.toContain('more')
      await receiver.drained()
    }
  })

  it('a bomb of gzip gets no more memory than its 64 KiB', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024))
    expect(bomb.length).toBeLessThan(70 * 1024)
    const exchange = await once(answerWith(200, { 'content-encoding': 'gzip' }, bomb))
    expect(exchange.failure).toBeNull()
    expect(exchange.responseBody?.equals(bomb.subarray(0, 64 * 1024))).toBe(true)
  })
})

describe('a name that resolves to a private address after a public one', () => {
  it('is judged anew for every connection', async () => {
    const receiver = await open(answerWith(200, { connection: 'close' }))
    const answers = ['127.0.0.1', '10.0.0.1', '169.254.169.254', '::1']
    const resolve: Resolve = async () => [answers.shift() ?? '127.0.0.1']
    const channel = channelTo(`http://rebinding.test:${receiver.port}/`, { resolve })
    const classes: (string | null)[] = []
    for (let round = 0; round < 5; round += 1) {
      const { failure } = await send(channel)
      classes.push(failure?.errorClass ?? null)
    }
    expect(classes).toEqual([null, 'blocked', 'blocked', 'blocked', null])
  })
})

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')
const heapBytes = (): number => {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

const attemptsMax = 10_000
const atOnce = 64

describe(`${attemptsMax} attempts at receivers that misbehave`, () => {
  it('leave no socket, no timer and no memory behind', { timeout: 60_000 }, async () => {
    const quick = Object.values(faults).filter(({ timeoutMs }) => timeoutMs === undefined)
    const receivers: [Fault, Receiver][] = []
    for (const fault of quick) receivers.push([fault, await open(fault.start())])
    const wrong: (string | undefined)[] = []
    const attempt = async (count: number): Promise<void> => {
      const targets = receivers.map(([fault, receiver]) => ({
        errorClass: fault.errorClass,
        channel: channelTo(addressOf(fault, receiver)),
      }))
      const turns = Array.from({ length: count }, (_, turn) => targets[turn % targets.length]).values()
      const work = async (): Promise<void> => {
        for (const target of turns) {
          if (target === undefined) throw new Error('There is no target.')
          const { failure } = await send(target.channel)
          if ((failure?.errorClass ?? null) !== target.errorClass) wrong.push(failure?.message)
        }
      }
      await Promise.all(Array.from({ length: atOnce }, work))
      for (const { channel } of targets) channel.close()
      for (const [, receiver] of receivers) await receiver.drained()
    }
    // What is made once and kept is made now.
    await attempt(1_000)
    const before = { heap: heapBytes(), resources: process.getActiveResourcesInfo().length }
    await attempt(attemptsMax)
    expect(wrong).toEqual([])
    const resources = process.getActiveResourcesInfo().length
    expect(resources).toBeLessThanOrEqual(before.resources)
    expect(heapBytes() - before.heap).toBeLessThan(4 * 1024 * 1024)
  })
})
