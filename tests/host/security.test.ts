import { mkdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { rawRequest } from './raw-request.ts'
import { dataDirectory, runHost, runHostOfAda } from './running-host.ts'

const json = { 'content-type': 'application/json' }
const current = { method: 'POST', path: '/rpc/session/current', body: '{}' }

describe('the host name', () => {
  test('must be ours: another one may have been made to point here', async () => {
    const { url } = await runHost()
    const { port } = new URL(url)
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]) {
      expect((await rawRequest(url, { ...current, headers: { ...json, host } })).status).toBe(200)
    }
    for (const host of [`evil.example:${port}`, '127.0.0.1', `127.0.0.1:${Number(port) + 1}`, 'localhost.']) {
      const answer = await rawRequest(url, { ...current, headers: { ...json, host } })
      expect(answer.status, host).toBe(421)
      expect(JSON.parse(answer.body), host).toMatchObject({ json: { code: 'host_not_allowed' } })
    }
    expect((await rawRequest(url, { path: '/healthz', headers: { host: 'evil.example' } })).status).toBe(421)
  })
})

describe('another page in the same browser', () => {
  test('cannot act through ours, whatever the browser adds', async () => {
    const { url } = await runHost()
    const { port } = new URL(url)
    const refusals: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `https://127.0.0.1:${port}` },
      { origin: `http://127.0.0.1:${Number(port) + 1}` },
      { 'sec-fetch-site': 'cross-site' },
      // Another port of this machine is the same site, and its cookies come along.
      { 'sec-fetch-site': 'same-site' },
    ]
    for (const headers of refusals) {
      const answer = await rawRequest(url, { ...current, headers: { ...json, ...headers } })
      expect(answer.status, JSON.stringify(headers)).toBe(403)
      expect(answer.body).toContain('origin_not_allowed')
    }
    const own = { origin: url, 'sec-fetch-site': 'same-origin' }
    expect((await rawRequest(url, { ...current, headers: { ...json, ...own } })).status).toBe(200)
  })

  test('cannot send what needs no preflight: a form, or a GET', async () => {
    const { url } = await runHost()
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const posted = await rawRequest(url, { ...current, headers: form, body: 'json=1' })
    expect(posted.status).toBe(415)
    expect(posted.body).toContain('unsupported_media_type')
    expect((await rawRequest(url, { ...current, headers: { 'content-type': 'text/plain' } })).status).toBe(
      415,
    )
    expect((await rawRequest(url, current)).status).toBe(415)
    expect((await rawRequest(url, { path: '/rpc/session/current' })).status).toBe(404)
    expect((await rawRequest(url, { path: '/rpc/session/signOut?data={}' })).status).toBe(404)
  })

  test('is given no leave to read anything', async () => {
    const { url } = await runHost()
    const preflight = await rawRequest(url, {
      method: 'OPTIONS',
      path: '/v1/events',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    })
    expect(Object.keys(preflight.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    const read = await rawRequest(url, { path: '/healthz', headers: { origin: 'https://evil.example' } })
    expect(Object.keys(read.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  })
})

/** A console as the build leaves it, as far as the host looks. */
const builtConsole = async (): Promise<string> => {
  const folder = await dataDirectory()
  await mkdir(join(folder, 'assets'))
  await writeFile(
    join(folder, 'index.html'),
    '<meta nonce="__CSP_NONCE__"><style nonce="__CSP_NONCE__"></style>',
  )
  await writeFile(join(folder, 'assets', 'main-1a2b.js'), 'export {}')
  await writeFile(join(folder, 'icon.svg'), '<svg/>')
  await writeFile(join(folder, '.secret'), 'no')
  return folder
}

describe('the console', () => {
  const html = { accept: 'text/html,application/xhtml+xml' }

  test('comes with a strict policy and a nonce of its own each time', async () => {
    const { url } = await runHost({ consoleFolder: await builtConsole() })
    const nonces = new Set<string>()
    for (const path of ['/', '/settings/integrations/webhooks/whk_1?tab=x', '/sign-in?code=abc']) {
      const { status, headers, body } = await rawRequest(url, { path, headers: html })
      expect(status).toBe(200)
      const [, nonce = ''] = /nonce="([^"]+)"/.exec(body) ?? []
      expect(nonce).toHaveLength(24)
      expect(body).not.toContain('__CSP_NONCE__')
      expect(headers['content-security-policy']).toBe(
        `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; ` +
          "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      )
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'content-type': 'text/html; charset=utf-8',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      })
      expect(headers['permissions-policy']).toContain('camera=()')
      nonces.add(nonce)
    }
    expect(nonces.size).toBe(3)
  })

  test('has files that may be kept when their name has a hash', async () => {
    const { url } = await runHost({ consoleFolder: await builtConsole() })
    const script = await rawRequest(url, { path: '/assets/main-1a2b.js' })
    expect(script.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/javascript; charset=utf-8',
      'x-content-type-options': 'nosniff',
    })
    expect((await rawRequest(url, { path: '/icon.svg' })).headers['cache-control']).toBe('no-cache')
    const head = await rawRequest(url, { method: 'HEAD', path: '/', headers: html })
    expect([head.status, head.body]).toEqual([200, ''])
  })

  test('gives nothing away that is beside it', async () => {
    const { url } = await runHost({ consoleFolder: await builtConsole() })
    const outside = [
      '/../../../etc/passwd',
      '/assets/../../../etc/passwd',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/assets/..%2f..%2f..%2fetc%2fpasswd',
      '/.secret',
      '/assets/nothing.js',
      '/assets',
    ]
    for (const path of outside) {
      const answer = await rawRequest(url, { path })
      expect(answer.status, path).toBe(404)
      expect(answer.headers['content-type'], path).toContain('application/problem+json')
    }
  })

  test('is not what an unknown address of the API is answered with', async () => {
    const { url } = await runHost({ consoleFolder: await builtConsole() })
    for (const path of ['/v1/nothing', '/v1', '/rpc/nothing', '/control/nothing']) {
      expect((await rawRequest(url, { path, headers: html })).status, path).toBe(404)
    }
  })

  test('says so when it was not built', async () => {
    const { url } = await runHost({ consoleFolder: '/nowhere' })
    const answer = await rawRequest(url, { path: '/', headers: html })
    expect([answer.status, JSON.parse(answer.body).detail]).toEqual([
      404,
      'The console is not built here: run npm run build.',
    ])
  })
})

describe('limits', () => {
  test('a call of the console has at most a megabyte', async () => {
    const { url } = await runHost()
    const body = JSON.stringify({ json: 'x'.repeat(1024 * 1024) })
    const answer = await rawRequest(url, { ...current, headers: json, body })
    expect(answer.status).toBe(413)
    expect(JSON.parse(answer.body)).toMatchObject({ json: { code: 'payload_too_large' } })
  })

  test('what is no JSON and what is no HTTP is told so', async () => {
    const { url } = await runHost()
    const answer = await rawRequest(url, { ...current, headers: json, body: '{"json":' })
    expect([answer.status, JSON.parse(answer.body).json.code]).toEqual([400, 'malformed'])
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.end('NONSENSE\r\n\r\n')
    const text = (await socket.toArray()).join('')
    expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
    expect(text).toContain('"code":"malformed"')
  })

  test('a procedure that does not exist is not found, and says nothing more', async () => {
    const { url } = await runHost()
    for (const path of ['/rpc/nothing/at/all', '/rpc/session', '/rpc/__proto__', '/rpc/constructor/name']) {
      const answer = await rawRequest(url, { ...current, path, headers: json })
      expect([answer.status, JSON.parse(answer.body).json.code], path).toEqual([404, 'not_found'])
    }
  })
})

describe('health', () => {
  test('says that it runs, and nothing that is secret', async () => {
    const { host } = await runHostOfAda()
    const answer = await rawRequest(host.url, { path: '/healthz' })
    expect(Object.keys(JSON.parse(answer.body)).toSorted()).toEqual([
      'attention',
      'checkedAt',
      'ok',
      'online',
      'version',
      'worker',
    ])
    expect(answer.headers['cache-control']).toBe('no-store')
  })
})

describe('the control of the command line', () => {
  test('wants the token of host.json', async () => {
    const { host } = await runHostOfAda()
    for (const authorization of [undefined, 'Bearer', 'Bearer wrong', 'Basic eA==']) {
      const answer = await rawRequest(host.url, {
        method: 'POST',
        path: '/control/sign-in-code',
        headers: { ...json, ...(authorization && { authorization }) },
        body: '{"email":null}',
      })
      expect([answer.status, JSON.parse(answer.body).code]).toEqual([401, 'not_signed_in'])
    }
  })
})
