import { randomBytes } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { extname, join, resolve, sep } from 'node:path'
import { fileHeaders } from './csp.ts'

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
}

/** The build leaves this in index.html where the nonce of the answer belongs. */
const noncePlaceholder = '__CSP_NONCE__'

const decoded = (pathname: string): string | null => {
  try {
    return decodeURIComponent(pathname)
  } catch {
    return null
  }
}

/** The file that a path means, or null when that lies outside of the folder. */
const contained = (folder: string, pathname: string): string | null => {
  const path = decoded(pathname)
  if (path === null || path.includes('\0')) return null
  const file = resolve(folder, `.${path}`)
  return file === folder || file.startsWith(folder + sep) ? file : null
}

const isFile = async (path: string): Promise<boolean> => {
  const stats = await stat(path).catch(() => null)
  return stats?.isFile() ?? false
}

const answer = async (folder: string, file: string): Promise<Response> => {
  const nonce = randomBytes(16).toString('base64')
  const headers = {
    ...fileHeaders(nonce),
    'content-type': types[extname(file)] ?? 'application/octet-stream',
    // Names under assets/ carry a hash of their content.
    'cache-control': file.startsWith(join(folder, 'assets') + sep)
      ? 'public, max-age=31536000, immutable'
      : 'no-store',
  }
  if (extname(file) !== '.html') return new Response(await readFile(file), { headers })
  const page = await readFile(file, 'utf8')
  return new Response(page.replaceAll(noncePlaceholder, nonce), { headers })
}

const notFound = () => new Response('Not found', { status: 404, headers: fileHeaders('') })

/**
 * Answers with the files of the built console. A path that names no file and looks like none is a page of
 * the console, which index.html renders.
 */
export const createConsoleFiles =
  (folder: string) =>
  async (pathname: string): Promise<Response> => {
    const root = resolve(folder)
    const file = contained(root, pathname)
    if (file === null) return notFound()
    if (await isFile(file)) return answer(root, file)
    return extname(file) === '' || file === root ? answer(root, join(root, 'index.html')) : notFound()
  }
