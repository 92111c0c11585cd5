import type { ErrorClass } from '#contract/vocabulary.ts'

/** Why an attempt failed: the class for the machine, the sentence for the person. */
export interface Failure {
  readonly errorClass: ErrorClass
  readonly message: string
  /** No next attempt before this, Unix ms: somebody else than the receiver asked for it, the token endpoint. */
  readonly notBefore?: number
  /** Who could not be reached, where that is another host than the receiver: the token endpoint. */
  readonly elsewhere?: { readonly hostname: string; readonly remoteAddress: string | null }
}

/** An error of ours that knows its class: a refusal of the network policy, a time-out. */
export class AttemptError extends Error {
  readonly errorClass: ErrorClass
  constructor(errorClass: ErrorClass, message: string) {
    super(message)
    this.name = 'AttemptError'
    this.errorClass = errorClass
  }
}

/** Codes of Node's resolver, sockets, OpenSSL and undici. */
const classOf = new Map<string, ErrorClass>([
  ['ENOTFOUND', 'dns'],
  ['ENODATA', 'dns'],
  ['ESERVFAIL', 'dns'],
  ['EREFUSED', 'dns'],
  ['EBADNAME', 'dns'],
  ['EBADRESP', 'dns'],
  ['ECONNREFUSED', 'refused'],
  ['ECONNRESET', 'reset'],
  ['EPIPE', 'reset'],
  ['ECONNABORTED', 'reset'],
  ['ENOTCONN', 'reset'],
  ['UND_ERR_SOCKET', 'reset'],
  ['UND_ERR_ABORTED', 'reset'],
  ['UND_ERR_DESTROYED', 'reset'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['EHOSTDOWN', 'unreachable'],
  ['ENETDOWN', 'unreachable'],
  ['EADDRNOTAVAIL', 'unreachable'],
  ['EACCES', 'unreachable'],
  ['EPERM', 'unreachable'],
  ['EINVAL', 'unreachable'],
  ['EMFILE', 'unreachable'],
  ['ENFILE', 'unreachable'],
  ['ENOBUFS', 'unreachable'],
  ['ENOMEM', 'unreachable'],
  ['ETIMEDOUT', 'timeout'],
  ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
  ['UND_ERR_HEADERS_TIMEOUT', 'timeout'],
  ['UND_ERR_BODY_TIMEOUT', 'timeout'],
  ['EPROTO', 'tls'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'tls'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'tls'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
  ['INVALID_CA', 'tls'],
  ['INVALID_PURPOSE', 'tls'],
  ['HOSTNAME_MISMATCH', 'tls'],
  ['UND_ERR_HEADERS_OVERFLOW', 'protocol'],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'protocol'],
  ['UND_ERR_RESPONSE', 'protocol'],
  ['UND_ERR_INVALID_ARG', 'protocol'],
])

const classOfPrefix = [
  ['EAI_', 'dns'],
  ['HPE_', 'protocol'],
  ['ERR_TLS_', 'tls'],
  ['ERR_SSL_', 'tls'],
  ['CERT_', 'tls'],
] as const satisfies readonly (readonly [string, ErrorClass])[]

const sentences: Record<ErrorClass, string> = {
  dns: 'The host name could not be resolved',
  refused: 'The connection was refused',
  reset: 'The connection was closed before the answer was complete',
  unreachable: 'The address could not be reached',
  timeout: 'There was no complete answer in time',
  tls: 'The TLS connection could not be made',
  redirect: 'The receiver answered with a redirect, which is never followed',
  blocked: 'The network policy blocks this address',
  http: 'The receiver answered with an error status',
  protocol: 'The answer was not valid HTTP',
  shape: 'The body could not be shaped',
}

/** What undici reports as a closed socket although the receiver broke the protocol (101, 100 without asking). */
const brokenProtocol = new Set(['bad response', 'bad upgrade'])

const codeOf = (error: Error): string | undefined =>
  'code' in error && typeof error.code === 'string' ? error.code : undefined

const classOfCode = (code: string): ErrorClass | undefined =>
  classOf.get(code) ?? classOfPrefix.find(([prefix]) => code.startsWith(prefix))?.[1]

const detailMax = 200

/** The class and sentence of an error of Node, undici or ours. Anything unknown counts as `protocol`. */
export const failureOf = (error: unknown): Failure => {
  if (error instanceof AttemptError) return { errorClass: error.errorClass, message: error.message }
  if (error instanceof AggregateError && error.errors.length > 0) return failureOfAll(error.errors)
  if (!(error instanceof Error)) return { errorClass: 'protocol', message: `${sentences.protocol}.` }
  const code = codeOf(error)
  const known = code === undefined ? undefined : classOfCode(code)
  if (code === undefined || known === undefined) {
    if (error.cause instanceof Error) return failureOf(error.cause)
    return { errorClass: 'protocol', message: `${sentences.protocol} (${code ?? error.name}).` }
  }
  const errorClass = code === 'UND_ERR_SOCKET' && brokenProtocol.has(error.message) ? 'protocol' : known
  return { errorClass, message: `${sentences[errorClass]} (${detailOf(code, errorClass, error)}).` }
}

/** What Node.js says to whoever starts it, and nobody else can follow: `; if the root CA is …, try running Node.js with …`. */
const hintOfNode = /; if [^;]*Node\.js.*$/

/** OpenSSL's and the parser's own words help; elsewhere the code says it all. */
const detailOf = (code: string, errorClass: ErrorClass, error: Error): string => {
  if (errorClass !== 'tls' && errorClass !== 'protocol') return code
  const words = error.message.replace(/\s+/g, ' ').replace(hintOfNode, '').trim().slice(0, detailMax)
  return words === '' || words === code ? code : `${code}: ${words}`
}

/** Of several addresses that were tried, the failure that tells most. */
const failureOfAll = (errors: readonly unknown[]): Failure => {
  const failures = errors.map(failureOf)
  const telling = failures.find(({ errorClass }) => errorClass !== 'timeout' && errorClass !== 'unreachable')
  return telling ?? failures[0] ?? { errorClass: 'unreachable', message: `${sentences.unreachable}.` }
}

/** The failure of an answered request, or null for 2xx. */
export const failureOfStatus = (statusCode: number): Failure | null => {
  if (statusCode >= 200 && statusCode < 300) return null
  const errorClass = statusCode >= 300 && statusCode < 400 ? 'redirect' : 'http'
  return { errorClass, message: `${sentences[errorClass]} (${statusCode}).` }
}
