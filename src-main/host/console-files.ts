import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { PatchbayError } from '#main/engine/errors.ts'
import { securePage } from './security.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
}

const noncePlace = '__CSP_NONCE__'
/** The build puts a hash into the names of everything in this folder. */
const hashedFolder = '/assets/'
const yearSeconds = 31_536_000

interface ConsoleFile {
  readonly body: Buffer
  readonly type: string
}

/** What is not the console's, and must not be answered with its start page. */
const otherPaths = /^\/(rpc|v1|control)(\/|$)/

/**
 * The built console, by path. It is small and read once: what is not in this map is not served, so no path
 * of a request ever reaches the disk.
 */
const readFiles = (folder: string): ReadonlyMap<string, ConsoleFile> => {
  const files = new Map<string, ConsoleFile>()
  if (!existsSync(folder)) return files
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const type = types[extname(entry.name)]
    if (!entry.isFile() || type === undefined) continue
    const file = join(entry.parentPath, entry.name)
    files.set(`/${relative(folder, file).split(sep).join('/')}`, { body: readFileSync(file), type })
  }
  return files
}

const isNavigation = ({ headers }: FastifyRequest, path: string): boolean =>
  (headers.accept ?? '').includes('text/html') && extname(path) === '' && !otherPaths.test(path)

/** Serves the console: its files, and its start page at every address that one of its screens may have. */
export const registerConsoleFiles = (server: FastifyInstance, folder: string): void => {
  const files = readFiles(folder)
  const index = files.get('/index.html')?.body.toString('utf8')

  const sendIndex = (reply: FastifyReply): FastifyReply => {
    if (index === undefined) {
      throw new PatchbayError('not_found', { detail: 'The console is not built here: run npm run build.' })
    }
    const nonce = randomBytes(16).toString('base64')
    securePage(reply, nonce)
    return reply
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(index.replaceAll(noncePlace, nonce))
  }

  server.get('/*', async (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '/'
    if (path === '/' || path === '/index.html' || isNavigation(request, path)) return sendIndex(reply)
    const file = files.get(path)
    if (file === undefined) throw new PatchbayError('not_found')
    securePage(reply, null)
    const caching = path.startsWith(hashedFolder) ? `public, max-age=${yearSeconds}, immutable` : 'no-cache'
    return reply.header('cache-control', caching).type(file.type).send(file.body)
  })
}
