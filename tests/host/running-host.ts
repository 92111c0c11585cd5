import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createORPCClient, ORPCError } from '@orpc/client'
import { RPCLink } from '@orpc/client/fetch'
import type { ContractRouterClient } from '@orpc/contract'
import { onTestFinished } from 'vitest'
import type { ConsoleContract } from '#contract/console.ts'
import { type Problem, problemSchema } from '#contract/decision.ts'
import type { ApiKeyScope } from '#contract/vocabulary.ts'
import { type Host, type HostOptions, startHost } from '#main/host/host.ts'
import { createLog } from '#main/host/log.ts'

export const owner = {
  organizationName: 'Harbour Hall',
  name: 'Ada',
  email: 'ada@harbourhall.example',
  password: 'correct horse battery',
}

/** A browser as far as the host can tell: it keeps one cookie, and calls the procedures with it. */
export interface Browser {
  readonly client: ContractRouterClient<ConsoleContract>
  cookie(): string | null
  /** The `set-cookie` of the last answer that had one. */
  lastSetCookie(): string | null
}

export const browserAt = (url: string, headers: Record<string, string> = {}): Browser => {
  let cookie: string | null = null
  let lastSetCookie: string | null = null
  const link = new RPCLink({
    url: `${url}/rpc`,
    headers: () => ({ ...headers, ...(cookie === null ? {} : { cookie }) }),
    fetch: async (request, init) => {
      const response = await fetch(request, init)
      const [set] = response.headers.getSetCookie()
      if (set !== undefined) {
        lastSetCookie = set
        const [pair = ''] = set.split(';')
        cookie = /max-age=0|expires=thu, 01 jan 1970/i.test(set) ? null : pair
      }
      return response
    },
  })
  return { client: createORPCClient(link), cookie: () => cookie, lastSetCookie: () => lastSetCookie }
}

/** The problem that a call is refused with. Fails when it is answered. */
export const problemOf = async (call: Promise<unknown>): Promise<Problem> => {
  const error = await call.then(
    () => new Error('The call was answered.'),
    (reason: unknown) => reason,
  )
  if (!(error instanceof ORPCError)) throw error
  return problemSchema.parse(error.data)
}

/** A directory of the running test's own, removed when it ends. */
export const dataDirectory = async (): Promise<string> => {
  const path = await mkdtemp(join(tmpdir(), 'patchbay-host-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

export interface RunningHost extends Host {
  readonly url: string
  readonly dataDirectory: string
  browser(headers?: Record<string, string>): Browser
}

/** A host on a free port, stopped when the test ends. */
export const runHost = async (options: Partial<HostOptions> = {}): Promise<RunningHost> => {
  const directory = options.dataDirectory ?? (await dataDirectory())
  const host = await startHost({
    dataDirectory: directory,
    listen: { kind: 'tcp', port: 0 },
    demo: false,
    environment: {},
    log: createLog('silent'),
    ...options,
  })
  onTestFinished(() => host.stop())
  const { url } = host
  if (url === null) throw new Error('The host has no address.')
  return { ...host, url, dataDirectory: directory, browser: (headers) => browserAt(url, headers) }
}

/** A host that Ada has set up and is signed in at. */
export const runHostOfAda = async (options: Partial<HostOptions> = {}) => {
  const host = await runHost(options)
  const ada = host.browser()
  const state = await ada.client.session.setUp(owner)
  if (state.state !== 'signed_in') throw new Error(`Ada is ${state.state}.`)
  const organizationId = state.organizations[0]?.id ?? ''
  const makeKey = async (...scopes: ApiKeyScope[]) => {
    const created = await ada.client.apiKeys.create({
      organizationId,
      name: `a key for ${scopes.join(' and ')}`,
      environment: 'production',
      scopes,
    })
    return { id: created.key.id, secret: created.secret }
  }
  /** Lets webhooks reach receivers of the test. */
  const allowLoopback = () =>
    ada.client.settings.addNetworkRule({
      organizationId,
      target: '127.0.0.1',
      note: 'the receiver of a test',
    })
  return { host, ada, organizationId, makeKey, allowLoopback }
}

/** A call of the tenant API. */
export const tenantCall = async (
  url: string,
  path: string,
  { key, ...init }: RequestInit & { key?: string; json?: unknown } = {},
) => {
  const { json, ...rest } = init
  const response = await fetch(url + path, {
    ...rest,
    headers: {
      ...(key === undefined ? {} : { 'x-api-key': key }),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...Object.fromEntries(new Headers(rest.headers)),
    },
    ...(json === undefined ? {} : { method: init.method ?? 'POST', body: JSON.stringify(json) }),
  })
  const text = await response.text()
  const isJson = text !== '' && (response.headers.get('content-type') ?? '').includes('json')
  const body: unknown = isJson ? JSON.parse(text) : text
  return { status: response.status, headers: response.headers, body }
}
