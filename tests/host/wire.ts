import { type Dispatcher, Pool } from 'undici'
import { z } from 'zod'
import { type Problem, problemSchema } from '#contract/decision.ts'

/** At most this many calls at once: what is in this process too, the host, has one thread for all of them. */
const connections = 8

/** What a call of the console was answered: what it asked for, or the problem that it was refused with. */
export type ConsoleAnswer =
  | { readonly status: number; readonly answered: true; readonly value: unknown }
  | { readonly status: number; readonly answered: false; readonly problem: Problem }

/** Calls over HTTP, on connections that stay open, with no more around them than the host demands. */
export interface Wire {
  /** As the console calls, for whoever the cookie belongs to. `where` is the noun and name of a procedure. */
  console(cookie: string, where: string, input: unknown): Promise<ConsoleAnswer>
  /** As a tenant calls. `input` goes into the path where the path names it, else into query or body. */
  tenant(
    secret: string,
    route: { readonly method: string; readonly path: string },
    input: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly status: number; readonly body: unknown }>
  close(): Promise<void>
}

const envelopeSchema = z.object({ json: z.unknown() })
const errorSchema = z.object({ data: problemSchema })

/** Puts what the path names into it. @returns the rest too. */
const intoPath = (path: string, input: Readonly<Record<string, unknown>>) => {
  const rest: Record<string, unknown> = { ...input }
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = rest[name]
    delete rest[name]
    return encodeURIComponent(String(value))
  })
  return { path: filled, rest }
}

const queryOf = (input: Readonly<Record<string, unknown>>): string => {
  const query = new URLSearchParams(Object.entries(input).map(([name, value]) => [name, String(value)]))
  return query.size === 0 ? '' : `?${query}`
}

/** `fresh`: each call opens a connection of its own. */
export const createWire = (url: string, { fresh = false } = {}): Wire => {
  const pool = new Pool(url, { connections, pipelining: 1 })
  const request = async (options: Dispatcher.RequestOptions) => {
    const { statusCode, body } = await pool.request({ ...options, reset: fresh })
    const text = await body.text()
    const parsed: unknown = text === '' ? null : JSON.parse(text)
    return { status: statusCode, body: parsed }
  }
  return {
    async console(cookie, where, input) {
      const { status, body } = await request({
        path: `/rpc/${where.replace('.', '/')}`,
        method: 'POST',
        headers: { 'content-type': 'application/json', cookie },
        body: JSON.stringify({ json: input }),
      })
      const { json } = envelopeSchema.parse(body)
      if (status < 400) return { status, answered: true, value: json }
      return { status, answered: false, problem: errorSchema.parse(json).data }
    },
    tenant(secret, { method, path: template }, input) {
      const { path, rest } = intoPath(template, input)
      const hasBody = method === 'POST' || method === 'PATCH'
      return request({
        path: hasBody ? path : path + queryOf(rest),
        method,
        headers: { 'x-api-key': secret, ...(hasBody && { 'content-type': 'application/json' }) },
        body: hasBody ? JSON.stringify(rest) : null,
      })
    },
    close: () => pool.close(),
  }
}
