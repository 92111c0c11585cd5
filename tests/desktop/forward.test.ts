import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { forward, type HostTarget } from '#main/shell/forward.ts'
import { createSessionJar } from '#main/shell/session-jar.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const token = 'a'.repeat(64)

/** A host on a socket of its own. */
const hostThat = async (answer: (request: IncomingMessage, response: ServerResponse) => void) => {
  const socketPath = join(temporaryDirectory(), 'host.sock')
  const server = createServer(answer)
  await new Promise<void>((listening) => server.listen(socketPath, listening))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const target: HostTarget = { kind: 'socket', socketPath, token }
  return target
}

const bodyOf = async (message: IncomingMessage) => {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

const jar = () => createSessionJar(Date.now)

describe('forwarding to the engine host', () => {
  it('sends method, path, query, body and the launch token', async () => {
    const seen: unknown[] = []
    const target = await hostThat(async (request, response) => {
      const { authorization } = request.headers
      seen.push([request.method, request.url, authorization, await bodyOf(request)])
      response.setHeader('content-type', 'application/json').end('{"json":1}')
    })
    const request = new Request('app://console/rpc/session/current?x=1', {
      method: 'POST',
      body: '{"json":2}',
    })
    const response = await forward(request, target, jar())
    expect(seen).toEqual([['POST', '/rpc/session/current?x=1', `Bearer ${token}`, '{"json":2}']])
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.json()).toEqual({ json: 1 })
  })

  it('keeps the session cookie to itself and sends it with the next call', async () => {
    const seen: (string | undefined)[] = []
    const target = await hostThat((request, response) => {
      seen.push(request.headers.cookie)
      response.setHeader('set-cookie', 'session=secret; HttpOnly').end()
    })
    const kept = jar()
    const first = await forward(new Request('app://console/rpc/a'), target, kept)
    await forward(new Request('app://console/rpc/b'), target, kept)
    expect(seen).toEqual([undefined, 'session=secret'])
    expect(first.headers.get('set-cookie')).toBeNull()
    expect(first.headers.getSetCookie()).toEqual([])
  })

  it('passes on no cookie, no credentials and no origin that a page made up', async () => {
    const seen: IncomingMessage['headers'][] = []
    const target = await hostThat((request, response) => {
      seen.push(request.headers)
      response.end()
    })
    const headers = { authorization: 'Bearer forged', 'x-forwarded-for': '1.2.3.4', accept: 'text/plain' }
    await forward(new Request('app://console/rpc/a', { headers }), target, jar())
    expect(seen[0]).toMatchObject({
      accept: 'text/plain',
      authorization: `Bearer ${token}`,
      host: 'localhost',
    })
    expect(Object.keys(seen[0] ?? {})).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/forwarded|origin|cookie/)]),
    )
  })

  it('streams: what the host has sent is there before the answer has ended', async () => {
    const held: ServerResponse[] = []
    const target = await hostThat((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: one\n\n')
      held.push(response)
    })
    const response = await forward(new Request('app://console/rpc/live/changes'), target, jar())
    const reader = response.body?.getReader()
    const first = await reader?.read()
    expect(Buffer.from(first?.value ?? []).toString()).toBe('data: one\n\n')
    held[0]?.write('data: two\n\n')
    const second = await reader?.read()
    expect(Buffer.from(second?.value ?? []).toString()).toBe('data: two\n\n')
  })

  it('closes the connection to the host when the page stops reading', async () => {
    const closed = Promise.withResolvers<void>()
    const target = await hostThat((_request, response) => {
      response.on('close', closed.resolve)
      response.write('data: one\n\n')
    })
    const response = await forward(new Request('app://console/rpc/live/changes'), target, jar())
    await response.body?.cancel()
    await closed.promise
  })

  it('closes the connection to the host when the page aborts the call', async () => {
    const received = Promise.withResolvers<void>()
    const closed = Promise.withResolvers<void>()
    const target = await hostThat((_request, response) => {
      response.on('close', closed.resolve)
      received.resolve()
    })
    const abort = new AbortController()
    const answer = forward(new Request('app://console/rpc/slow', { signal: abort.signal }), target, jar())
    await received.promise
    abort.abort()
    await closed.promise
    expect((await answer).type).toBe('error')
  })

  it('answers with a network error when there is no host, as a browser would', async () => {
    const socketPath = join(temporaryDirectory(), 'nobody.sock')
    const answer = await forward(
      new Request('app://console/rpc/a'),
      { kind: 'socket', socketPath, token },
      jar(),
    )
    expect(answer.type).toBe('error')
  })

  it('keeps the status of an answer without a body', async () => {
    const target = await hostThat((_request, response) => response.writeHead(204).end())
    const response = await forward(new Request('app://console/rpc/a'), target, jar())
    expect(response.status).toBe(204)
    expect(response.body).toBeNull()
  })

  it('speaks to an attached host in its own name and never shows it the token', async () => {
    const seen: IncomingMessage['headers'][] = []
    const server = createServer((request, response) => {
      seen.push(request.headers)
      response.end()
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    onTestFinished(() => void server.close())
    const bound = server.address()
    const port = typeof bound === 'object' ? bound?.port : 0
    const address = `http://127.0.0.1:${port}`
    await forward(new Request('app://console/rpc/a', { method: 'POST' }), { kind: 'address', address }, jar())
    expect(seen[0]).toMatchObject({ host: `127.0.0.1:${port}`, origin: address })
    expect(seen[0]?.authorization).toBeUndefined()
  })
})
