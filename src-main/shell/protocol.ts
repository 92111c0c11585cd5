import { isConsoleAddress } from './console-origin.ts'

export interface ProtocolParts {
  /** Answers with a file of the console. */
  files(pathname: string): Promise<Response>
  /** Answers a procedure call. */
  forward(request: Request): Promise<Response>
}

const plain = (status: number, text: string) => new Response(text, { status })

/** Requests of a page say where they come from; those of the window's own address bar do not. */
const isForeign = (request: Request): boolean => {
  const origin = request.headers.get('origin')
  return origin !== null && !isConsoleAddress(origin)
}

/** Everything under `app://`: the console's files, and `/rpc/*`, which goes on to the engine host. */
export const createProtocolHandler =
  ({ files, forward }: ProtocolParts) =>
  async (request: Request): Promise<Response> => {
    if (!isConsoleAddress(request.url)) return plain(404, 'Not found')
    if (isForeign(request)) return plain(403, 'This origin may not call Patchbay.')
    const { pathname } = new URL(request.url)
    if (pathname === '/rpc' || pathname.startsWith('/rpc/')) return forward(request)
    if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'Method not allowed')
    return files(pathname)
  }
