import type { IncomingHttpHeaders } from 'node:http'
import type { Socket } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Resolve } from '#main/delivery/network-policy.ts'
import { answerWith, body, channelTo, clock, once, open, send } from './channels.ts'
import {
  type Certificate,
  readBody,
  startHttp,
  startHttp2,
  startRaw,
  startTls,
  testAuthority,
} from './receivers.ts'

const never: Resolve = () => new Promise(() => {})

describe('an answer', () => {
  it('comes with its status, headers, body, address and phases', async () => {
    const seen: { headers?: IncomingHttpHeaders; url?: string; method?: string; body?: Buffer } = {}
    const receiver = await open(
      startHttp(async (request, response) => {
        Object.assign(seen, { headers: request.headers, url: request.url, method: request.method })
        seen.body = await readBody(request)
        response.writeHead(201, { 'x-answer': 'yes' }).end('thanks')
      }),
    )
    const exchange = await send(channelTo(`http://receiver.test:${receiver.port}/hook?a=1`))
    expect(seen).toMatchObject({ url: '/hook?a=1', method: 'POST', body })
    expect(seen.headers).toMatchObject({
      host: `receiver.test:${receiver.port}`,
      'content-length': String(body.length),
      'content-type': 'application/json',
      'webhook-id': 'evt_1',
    })
    expect(exchange).toMatchObject({
      statusCode: 201,
      failure: null,
      startedAt: clock.now(),
      responseBodyTruncated: false,
      remoteAddress: '127.0.0.1',
      tlsVersion: null,
      tlsMs: null,
      tlsCertificateEndsAt: null,
    })
    expect(exchange.responseHeaders).toMatchObject({ 'x-answer': 'yes' })
    expect(exchange.responseBody?.toString()).toBe('thanks')
    expect(exchange.finishedAt).toBeGreaterThanOrEqual(exchange.startedAt)
    for (const phase of ['dnsMs', 'connectMs', 'firstByteMs', 'bodyMs'] as const) {
      expect(exchange[phase]).toBeGreaterThanOrEqual(0)
    }
  })

  it('on a connection that is used again has no DNS, connect and TLS phase', async () => {
    const { port, sockets } = await open(answerWith(200))
    const channel = channelTo(`http://receiver.test:${port}/`)
    expect(await send(channel)).toMatchObject({ dnsMs: expect.any(Number), connectMs: expect.any(Number) })
    expect(await send(channel)).toMatchObject({
      statusCode: 200,
      dnsMs: null,
      connectMs: null,
      remoteAddress: '127.0.0.1',
    })
    expect(sockets.size).toBe(1)
  })

  it.each([200, 204, 299])('of %i is a success', async (statusCode) => {
    expect(await once(answerWith(statusCode, {}, ''))).toMatchObject({ statusCode, failure: null })
  })

  it.each([
    [301, 'redirect'],
    [302, 'redirect'],
    [304, 'redirect'],
    [307, 'redirect'],
    [400, 'http'],
    [404, 'http'],
    [410, 'http'],
    [429, 'http'],
    [500, 'http'],
    [503, 'http'],
  ])('of %i is a failure of class %s', async (statusCode, errorClass) => {
    const headers = { location: 'http://127.0.0.1:1/', 'retry-after': '7' }
    const exchange = await once(answerWith(statusCode, headers, ''))
    expect(exchange).toMatchObject({ statusCode, failure: { errorClass } })
    expect(exchange.responseHeaders).toMatchObject(headers)
  })

  it('that redirects is not followed', async () => {
    let followed = 0
    const elsewhere = await open(
      startHttp((_, response) => {
        followed += 1
        response.end()
      }),
    )
    await once(answerWith(302, { location: `http://127.0.0.1:${elsewhere.port}/` }))
    expect(followed).toBe(0)
  })

  it('is not unpacked', async () => {
    const exchange = await once(answerWith(200, { 'content-encoding': 'gzip' }, 'not really'))
    expect(exchange.responseBody?.toString()).toBe('not really')
  })

  it('of exactly 64 KiB is kept whole, and its connection is used again', async () => {
    const { port, sockets } = await open(answerWith(200, {}, 'x'.repeat(65_536)))
    const channel = channelTo(`http://127.0.0.1:${port}/`)
    for (const _ of [1, 2]) {
      const exchange = await send(channel)
      expect(exchange).toMatchObject({ failure: null, responseBodyTruncated: false })
      expect(exchange.responseBody?.length).toBe(65_536)
    }
    expect(sockets.size).toBe(1)
  })

  it('that never ends is cut at 64 KiB and read no further', async () => {
    const receiver = await open(
      startHttp((_, response) => {
        const more = (): void => {
          while (!response.destroyed && response.write('y'.repeat(16_384)));
        }
        response.on('drain', more)
        more()
      }),
    )
    const exchange = await send(channelTo(`http://127.0.0.1:${receiver.port}/`))
    expect(exchange).toMatchObject({ statusCode: 200, failure: null, responseBodyTruncated: true })
    expect(exchange.responseBody?.length).toBe(65_536)
    await receiver.drained()
  })

  it('may be preceded by a few interim answers', async () => {
    const exchange = await once(
      startRaw((socket) =>
        socket.write('HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'),
      ),
    )
    expect(exchange).toMatchObject({ statusCode: 200, failure: null })
  })

  it('may come before the body of the request was read', async () => {
    const { port } = await open(startHttp((_, response) => response.writeHead(413).end('too much')))
    const exchange = await send(channelTo(`http://127.0.0.1:${port}/`), 10_000, Buffer.alloc(256 * 1024, 120))
    expect(exchange).toMatchObject({ statusCode: 413, failure: { errorClass: 'http' } })
  })
})

describe('a fault', () => {
  const raw = (listener: (socket: Socket) => void, timeoutMs?: number) => once(startRaw(listener), timeoutMs)

  it('of headers that do not come is a time-out', async () => {
    expect(await raw(() => {}, 100)).toMatchObject({
      statusCode: null,
      failure: { errorClass: 'timeout' },
      firstByteMs: null,
      responseBody: null,
    })
  })

  it('of headers that come byte by byte is a time-out', async () => {
    const exchange = await raw((socket) => {
      const timer = setInterval(() => socket.write('H'), 10)
      socket.on('close', () => clearInterval(timer))
      socket.write('HTTP/1.1 200 OK\r\nx-')
    }, 150)
    expect(exchange).toMatchObject({ statusCode: null, failure: { errorClass: 'timeout' } })
  })

  it('of a body that does not come is a time-out, and keeps what was there', async () => {
    const exchange = await raw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf')
    }, 150)
    expect(exchange).toMatchObject({ statusCode: 200, failure: { errorClass: 'timeout' } })
    expect(exchange.responseBody?.toString()).toBe('half')
  })

  it.each([
    ['nothing at all', (socket: Socket) => socket.end(), 'reset'],
    ['a reset', (socket: Socket) => socket.resetAndDestroy(), 'reset'],
    ['half a status line', (socket: Socket) => socket.end('HTTP/1.1 20'), 'reset'],
    ['half of the headers', (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nx-half: '), 'reset'],
    [
      'half of the body',
      (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'),
      'reset',
    ],
    [
      'half of a chunk',
      (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\nhalf'),
      'reset',
    ],
    [
      'half of the body of a closing answer',
      (socket: Socket) =>
        socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 10\r\n\r\nhalf'),
      'protocol',
    ],
    ['garbage', (socket: Socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'), 'protocol'],
    ['another protocol version', (socket: Socket) => socket.end('HTTP/9.9 200 OK\r\n\r\n'), 'protocol'],
    [
      'two lengths',
      (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok'),
      'protocol',
    ],
    [
      'a length and chunks',
      (socket: Socket) =>
        socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'),
      'protocol',
    ],
    [
      'a broken chunk',
      (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'),
      'protocol',
    ],
    [
      'an upgrade that nobody asked for',
      (socket: Socket) =>
        socket.end('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
      'protocol',
    ],
    [
      'headers of 1 MiB',
      (socket: Socket) => socket.end(`HTTP/1.1 200 OK\r\nx-large: ${'x'.repeat(1_048_576)}\r\n\r\n`),
      'protocol',
    ],
    [
      'a flood of interim answers',
      (socket: Socket) => socket.end('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(10_000)),
      'protocol',
    ],
  ] as const)('of %s has its class', async (_, listener, errorClass) => {
    const receiver = await open(startRaw((socket) => void listener(socket)))
    const exchange = await send(channelTo(`http://127.0.0.1:${receiver.port}/`))
    expect(exchange.failure?.errorClass).toBe(errorClass)
    expect(exchange.failure?.message.length).toBeLessThan(400)
    await receiver.drained()
  })

  it('of a port where nobody listens is refused', async () => {
    const receiver = await startRaw(() => {})
    await receiver.close()
    const exchange = await send(channelTo(`http://127.0.0.1:${receiver.port}/`))
    expect(exchange).toMatchObject({
      failure: { errorClass: 'refused' },
      connectMs: null,
      firstByteMs: null,
      remoteAddress: '127.0.0.1',
    })
  })

  it('of a name that does not resolve is dns', async () => {
    const resolve: Resolve = () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }))
    const exchange = await send(channelTo('http://receiver.test/', { resolve }))
    expect(exchange).toMatchObject({ failure: { errorClass: 'dns' }, dnsMs: null, remoteAddress: null })
  })

  it('of a resolver that hangs is a time-out of the connection', async () => {
    const exchange = await send(channelTo('http://receiver.test/', { resolve: never, timeoutMs: 100 }))
    expect(exchange.failure).toEqual({ errorClass: 'timeout', message: 'No connection within 100 ms.' })
  })

  it('leaves the next request to a fresh connection', async () => {
    let requests = 0
    const { port } = await open(
      startHttp((request, response) => {
        requests += 1
        if (requests === 1) request.socket.resetAndDestroy()
        else response.end('ok')
      }),
    )
    const channel = channelTo(`http://127.0.0.1:${port}/`)
    expect((await send(channel)).failure?.errorClass).toBe('reset')
    expect(await send(channel)).toMatchObject({ failure: null, connectMs: expect.any(Number) })
  })

  it('leaves no connection behind, however often', async () => {
    let requests = 0
    const receiver = await open(
      startRaw((socket) => {
        requests += 1
        const answers = ['', 'garbage', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n', 'HTTP/1.1 2']
        const answer = answers[requests % answers.length] ?? ''
        if (answer === '') socket.resetAndDestroy()
        else socket.end(answer)
      }),
    )
    const channel = channelTo(`http://127.0.0.1:${receiver.port}/`)
    for (let round = 0; round < 20; round += 1) {
      const exchanges = await Promise.all(Array.from({ length: 20 }, () => send(channel, 100)))
      for (const exchange of exchanges) expect(exchange.failure).not.toBeNull()
    }
    await receiver.drained()
    expect(requests).toBe(400)
  })
})

describe('the network policy', () => {
  it('stops an address before anything is connected', async () => {
    const receiver = await open(answerWith(200))
    const urls = ['http://127.0.0.1', 'http://2130706433', 'http://localhost', 'http://receiver.test']
    for (const url of urls) {
      const exchange = await send(channelTo(`${url}:${receiver.port}/`, { targets: [] }))
      expect(exchange.failure?.errorClass).toBe('blocked')
      expect(exchange.failure?.message).toContain('loopback')
    }
    expect(receiver.sockets.size).toBe(0)
  })

  it('judges the address that is connected to, not an earlier answer (rebinding)', async () => {
    const receiver = await open(answerWith(200))
    const answers = [['127.0.0.1'], ['10.0.0.1']]
    const resolve: Resolve = async () => answers.shift() ?? []
    const channel = channelTo(`http://receiver.test:${receiver.port}/`, { resolve })
    const both = await Promise.all([send(channel), send(channel)])
    expect(both.map(({ failure }) => failure?.errorClass ?? 'delivered')).toEqual(['delivered', 'blocked'])
  })

  it('connects to an allowed address of a name only', async () => {
    const receiver = await open(answerWith(200))
    const resolve: Resolve = async () => ['10.0.0.1', 'fd00::1', '127.0.0.1']
    const exchange = await send(channelTo(`http://receiver.test:${receiver.port}/`, { resolve }))
    expect(exchange).toMatchObject({ failure: null, remoteAddress: '127.0.0.1' })
  })
})

describe('TLS', () => {
  beforeAll(() => {
    setDefaultCACertificates([...getCACertificates('default'), testAuthority()])
  })

  it('tells its version, its time and the end of the certificate', async () => {
    const { port } = await open(startTls('valid', (_, response) => response.end('ok')))
    const channel = channelTo(`https://receiver.test:${port}/`)
    const exchange = await send(channel)
    expect(exchange).toMatchObject({ failure: null, tlsVersion: 'TLSv1.3', tlsMs: expect.any(Number) })
    expect(new Date(exchange.tlsCertificateEndsAt ?? 0).getUTCFullYear()).toBe(2126)
    const again = await send(channel)
    expect(again).toMatchObject({ tlsVersion: 'TLSv1.3', tlsMs: null, connectMs: null })
    expect(again.tlsCertificateEndsAt).toBe(exchange.tlsCertificateEndsAt)
  })

  it('resumes its session on the next connection and still knows the certificate', async () => {
    const { port } = await open(
      startTls('valid', (_, response) => response.setHeader('connection', 'close').end('ok')),
    )
    const channel = channelTo(`https://receiver.test:${port}/`)
    const first = await send(channel)
    const second = await send(channel)
    expect(second).toMatchObject({ failure: null, tlsMs: expect.any(Number) })
    expect(second.tlsCertificateEndsAt).toBe(first.tlsCertificateEndsAt)
  })

  it.each([
    ['self-signed', 'SELF_SIGNED'],
    ['expired', 'CERT_HAS_EXPIRED'],
    ['wrong-name', 'ALTNAME'],
  ] satisfies [Certificate, string][])('refuses a certificate that is %s', async (certificate, word) => {
    const receiver = await open(startTls(certificate, (_, response) => response.end('ok')))
    const exchange = await send(channelTo(`https://receiver.test:${receiver.port}/`))
    expect(exchange).toMatchObject({ statusCode: null, failure: { errorClass: 'tls' } })
    expect(exchange.failure?.message).toContain(word)
    await receiver.drained()
  })

  it('refuses a server that does not speak it', async () => {
    const { port } = await open(answerWith(200))
    const exchange = await send(channelTo(`https://receiver.test:${port}/`))
    expect(exchange.failure?.errorClass).toBe('tls')
  })

  it('refuses a server that speaks HTTP/2 only', async () => {
    const receiver = await open(startHttp2())
    const exchange = await send(channelTo(`https://receiver.test:${receiver.port}/`))
    expect(exchange.failure?.errorClass).toBe('tls')
    await receiver.drained()
  })

  it('has a time-out for the handshake', async () => {
    const { port } = await open(startRaw(() => {}))
    const exchange = await send(channelTo(`https://receiver.test:${port}/`, { timeoutMs: 100 }))
    expect(exchange).toMatchObject({
      failure: { errorClass: 'timeout' },
      connectMs: expect.any(Number),
      tlsMs: null,
    })
  })
})

describe('closing', () => {
  it('lets a request land and closes its connection then', async () => {
    let answer = (): void => {}
    const receiver = await open(
      startHttp((_, response) => {
        answer = () => response.end('late')
        channel.close()
        answer()
      }),
    )
    const channel = channelTo(`http://127.0.0.1:${receiver.port}/`)
    expect(await send(channel)).toMatchObject({ failure: null, statusCode: 200 })
    await receiver.drained()
  })

  it('by force ends a request under way', async () => {
    const receiver = await open(startRaw(() => channel.destroy()))
    const channel = channelTo(`http://127.0.0.1:${receiver.port}/`)
    expect((await send(channel)).failure?.errorClass).toBe('reset')
    await receiver.drained()
  })
})
