import { createORPCClient, ORPCError } from '@orpc/client'
import { RPCLink } from '@orpc/client/fetch'
import type { ContractRouterClient } from '@orpc/contract'
import { createTanstackQueryUtils } from '@orpc/tanstack-query'
import type { DesktopBridge } from '#contract/bridge.ts'
import type { ConsoleContract } from '#contract/console.ts'
import { type Problem, problemSchema } from '#contract/decision.ts'
import type { ErrorCode } from '#contract/errors.ts'

/** The engine host did not answer at all: it is down, restarting, or its address is gone. */
export class HostUnreachable extends Error {
  override readonly name = 'HostUnreachable'
}

const isAbort = (error: unknown) => error instanceof DOMException && error.name === 'AbortError'

const link = new RPCLink({
  url: `${location.origin}/rpc`,
  fetch: async (request, init) => {
    try {
      return await fetch(request, init)
    } catch (error) {
      if (isAbort(error)) throw error
      throw new HostUnreachable('The engine host did not answer.', { cause: error })
    }
  },
})

/** Every procedure of the contract, called over `/rpc`. */
export const client: ContractRouterClient<ConsoleContract> = createORPCClient(link)

/** Query keys and options of every procedure, for TanStack Query. */
export const orpc = createTanstackQueryUtils(client)

/** A failed call as the console shows it: a problem of the contract, or `unreachable`. */
export type Failure = Omit<Problem, 'code'> & { code: ErrorCode | 'unreachable' }

const unreachable: Failure = {
  type: 'about:blank',
  title: 'Patchbay’s engine is not answering.',
  status: 503,
  code: 'unreachable',
  detail: 'The console keeps trying. Nothing that was accepted is lost.',
}

/** Turns whatever a call threw into a {@link Failure}. Never throws. */
export const failureOf = (error: unknown): Failure => {
  if (error instanceof HostUnreachable) return unreachable
  if (error instanceof ORPCError) {
    const parsed = problemSchema.safeParse(error.data)
    if (parsed.success) return parsed.data
    return { type: 'about:blank', title: error.message, status: error.status, code: 'internal' }
  }
  const title = error instanceof Error ? error.message : 'Something went wrong.'
  return { type: 'about:blank', title, status: 500, code: 'internal' }
}

declare global {
  interface Window {
    readonly patchbay?: DesktopBridge
  }
}

/** The preload object of the desktop window; undefined in a browser. */
export const desktop: DesktopBridge | undefined = window.patchbay

/** Opens a web address outside of the console. */
export const openExternal = (url: string) => {
  if (desktop) void desktop.openExternal(url)
  else window.open(url, '_blank', 'noopener,noreferrer')
}

/** Puts text on the clipboard. False when the browser refuses it. */
export const copyText = async (text: string): Promise<boolean> => {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}
