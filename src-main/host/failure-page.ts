import { createServer, type Server } from 'node:http'
import type { ListenOn } from './listen.ts'

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

const pageOf = (message: string): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Patchbay cannot start</title></head>
<body><main><h1>Patchbay cannot start</h1><p>${escapeHtml(message)}</p>
<p>Stop Patchbay, do what the message says, and start it again.</p></main></body>
</html>
`

const headers = {
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
}

/**
 * Says at the address of the console why there is none, for whoever opened it in a browser. Everything that is
 * not a page is answered with 503.
 */
export const startFailurePage = async (
  message: string,
  on: ListenOn,
): Promise<{ url: string | null; stop(): Promise<void> }> => {
  const page = pageOf(message)
  const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    const wantsPage = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html')
    response.writeHead(503, {
      ...headers,
      'content-type': wantsPage ? 'text/html; charset=utf-8' : 'text/plain',
    })
    response.end(wantsPage ? page : 'Patchbay cannot start.')
  })
  await listen(server, on)
  const address = server.address()
  return {
    url: address !== null && typeof address === 'object' ? `http://127.0.0.1:${address.port}` : null,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const listen = (server: Server, on: ListenOn): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    const target = on.kind === 'tcp' ? { host: '127.0.0.1', port: on.port } : { path: on.path }
    server.listen(target, () => resolve())
  })
