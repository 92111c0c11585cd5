import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { PatchbayError } from '#main/engine/errors.ts'

/** How the host is reached: TCP on loopback, a socket that the desktop shell owns, or both. Null: not that way. */
export interface Listening {
  readonly port: number | null
  readonly launchToken: string | null
}

const httpPort = 80

/** The values of `Host` that are ours. Any other name may have been made to point here (DNS rebinding). */
const allowedHosts = (port: number): ReadonlySet<string> => {
  const names = ['127.0.0.1', 'localhost', '[::1]']
  return new Set(names.flatMap((name) => (port === httpPort ? [name, `${name}:80`] : [`${name}:${port}`])))
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Compares in a time that tells nothing, not even the length. */
export const sameSecret = (given: string, expected: string): boolean =>
  timingSafeEqual(digest(given), digest(expected))

/** Whether the request carries `Authorization: Bearer <token>`. */
export const bearsToken = ({ headers }: FastifyRequest, token: string): boolean =>
  sameSecret(headers.authorization ?? '', `Bearer ${token}`)

const readingMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Another page in the same browser must not act through ours, whatever cookies the browser adds. Programs
 * that are no browsers send neither header.
 */
const refuseOtherOrigins = ({ headers }: FastifyRequest, hosts: ReadonlySet<string>): void => {
  const { origin } = headers
  const site = headers['sec-fetch-site']
  const ownOrigin = origin === undefined || (origin.startsWith('http://') && hosts.has(origin.slice(7)))
  const ownSite = site === undefined || site === 'same-origin' || site === 'none'
  if (!ownOrigin || !ownSite) throw new PatchbayError('origin_not_allowed')
}

/** Throws when a request may not pass. */
export type Guard = (request: FastifyRequest) => void

/** The command line knows the token of host.json and not that of the launch; its routes check it themselves. */
const isControl = ({ url }: FastifyRequest): boolean => url.startsWith('/control/')

const socketGuard = (launchToken: string | null): Guard => {
  return (request) => {
    if (isControl(request)) return
    if (launchToken === null || !bearsToken(request, launchToken)) throw new PatchbayError('not_signed_in')
  }
}

const loopbackGuard = (port: number): Guard => {
  const hosts = allowedHosts(port)
  return (request) => {
    if (!hosts.has(request.headers.host ?? '')) throw new PatchbayError('host_not_allowed')
    if (!readingMethods.has(request.method)) refuseOtherOrigins(request, hosts)
  }
}

/**
 * What every request must pass before anything of it is looked at.
 * @throws PatchbayError `host_not_allowed`, `origin_not_allowed`, `not_signed_in` (no launch token).
 */
export const createGuard = ({ port, launchToken }: Listening): Guard => {
  const ofSocket = socketGuard(launchToken)
  const ofLoopback = port === null ? ofSocket : loopbackGuard(port)
  // Only a TCP connection has a remote address; one that is gone has none either, and is refused for its token.
  return (request) => (request.socket.remoteAddress === undefined ? ofSocket : ofLoopback)(request)
}

const headersOfAll = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
} as const

const headersOfAnswers = {
  ...headersOfAll,
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
} as const

const headersOfPages = {
  ...headersOfAll,
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy':
    'camera=(), microphone=(), geolocation=(), payment=(), usb=(), clipboard-write=(self), clipboard-read=()',
} as const

/** Headers of everything that is data and no page. */
export const secureAnswer = (reply: FastifyReply): void => {
  reply.headers(headersOfAnswers)
}

/** Headers of the console's own files. `nonce` is new for every answer; null for a file that is no document. */
export const securePage = (reply: FastifyReply, nonce: string | null): void => {
  const style = nonce === null ? "'self'" : `'self' 'nonce-${nonce}'`
  reply.headers({
    ...headersOfPages,
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      `style-src ${style}`,
      "img-src 'self' data:",
      "font-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  })
}
