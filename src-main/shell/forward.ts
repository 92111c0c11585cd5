import { once } from 'node:events'
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { SessionJar } from './session-jar.ts'

/** Where the engine host answers: the socket of the one that we started, or the address of somebody else's. */
export type HostTarget =
  | { readonly kind: 'socket'; readonly socketPath: string; readonly token: string }
  | { readonly kind: 'address'; readonly address: string }

/** Everything else of the page's request stays here: cookies, origin, referrer, fetch metadata. */
const requestHeaders = [
  'accept',
  'content-type',
  'last-event-id',
  'user-agent',
  'x-csrf-token',
  'x-orpc-batch',
]
const responseHeaders = ['cache-control', 'content-disposition', 'content-type', 'retry-after']

/** Streams of live changes send a sign of life every few seconds; a socket silent for this long is dead. */
const silenceMaxMs = 120_000

const statusWithoutBody = new Set([101, 204, 205, 304])

const pick = (names: readonly string[], headerOf: (name: string) => string | null | undefined) =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = headerOf(name)
      return typeof value === 'string' ? [[name, value] as const] : []
    }),
  )

const open = (target: HostTarget, request: Request, jar: SessionJar): ClientRequest => {
  const { pathname, search } = new URL(request.url)
  const cookie = jar.header()
  const headers: Record<string, string> = {
    ...pick(requestHeaders, (name) => request.headers.get(name)),
    ...(cookie === null ? {} : { cookie }),
  }
  // A new connection each time: a kept one may be closing at the other end, which would look like no host.
  const options = { method: request.method, path: pathname + search, timeout: silenceMaxMs, agent: false }
  if (target.kind === 'socket') {
    return httpRequest({
      ...options,
      socketPath: target.socketPath,
      headers: { ...headers, host: 'localhost', authorization: `Bearer ${target.token}` },
    })
  }
  const { protocol, hostname, port, origin } = new URL(target.address)
  const send = protocol === 'https:' ? httpsRequest : httpRequest
  return send({ ...options, hostname, port, headers: { ...headers, origin } })
}

const responseFrom = (message: IncomingMessage): Response => {
  const status = message.statusCode ?? 502
  const headers = pick(responseHeaders, (name) => {
    const value = message.headers[name]
    return typeof value === 'string' ? value : null
  })
  if (statusWithoutBody.has(status)) {
    message.resume()
    return new Response(null, { status, headers })
  }
  return new Response(bodyOf(message), { status, headers })
}

const bodyOf = (message: IncomingMessage): ReadableStream<Uint8Array> => {
  const chunks = message[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    cancel() {
      message.destroy()
    },
  })
}

const sendBody = async (body: Request['body'], upstream: ClientRequest): Promise<void> => {
  const reader = body?.getReader()
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    if (!upstream.write(read.value)) await once(upstream, 'drain')
  }
  upstream.end()
}

/**
 * Sends a request of the page on to the engine host and streams the answer back. When the host cannot be
 * reached the answer is a network error, so that `fetch` rejects in the page as it does in a browser.
 */
export const forward = (request: Request, target: HostTarget, jar: SessionJar): Promise<Response> =>
  new Promise((settle) => {
    const upstream = open(target, request, jar)
    const giveUp = () => {
      upstream.destroy()
      settle(Response.error())
    }
    request.signal.addEventListener('abort', giveUp, { once: true })
    upstream.on('timeout', giveUp)
    upstream.on('error', giveUp)
    upstream.on('response', (message) => {
      jar.take(message.headers['set-cookie'] ?? [])
      message.on('error', giveUp)
      settle(responseFrom(message))
    })
    sendBody(request.body, upstream).catch(giveUp)
  })
