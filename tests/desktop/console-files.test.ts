import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createConsoleFiles } from '#main/shell/console-files.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const builtConsole = () => {
  const parent = temporaryDirectory()
  const folder = join(parent, 'renderer')
  mkdirSync(join(folder, 'assets'), { recursive: true })
  writeFileSync(join(folder, 'index.html'), '<meta property="csp-nonce" nonce="__CSP_NONCE__" />')
  writeFileSync(join(folder, 'assets', 'index-abc.js'), 'export {}')
  writeFileSync(join(parent, 'secret.txt'), 'secret')
  // A neighbour whose name starts like the folder's.
  mkdirSync(join(parent, 'renderer-other'))
  writeFileSync(join(parent, 'renderer-other', 'file.txt'), 'secret')
  return createConsoleFiles(folder)
}

describe('the files of the console', () => {
  it('answers / and every page of the console with index.html', async () => {
    const files = builtConsole()
    for (const path of ['/', '/settings/integrations/webhooks/whk_01', '/assets']) {
      const response = await files(path)
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(response.headers.get('cache-control')).toBe('no-store')
    }
  })

  it('puts a nonce of its own into each page and the same one into its policy', async () => {
    const files = builtConsole()
    const nonceOf = async () => {
      const response = await files('/')
      const policy = response.headers.get('content-security-policy') ?? ''
      const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? ''
      expect(await response.text()).toContain(`nonce="${nonce}"`)
      return nonce
    }
    const first = await nonceOf()
    expect(Buffer.from(first, 'base64')).toHaveLength(16)
    expect(await nonceOf()).not.toBe(first)
  })

  it('lets assets be cached for ever and gives them their type', async () => {
    const response = await builtConsole()('/assets/index-abc.js')
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(response.headers.get('cache-control')).toContain('immutable')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('answers 404 for a missing asset instead of a page', async () => {
    expect((await builtConsole()('/assets/gone.js')).status).toBe(404)
  })

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/../../secret.txt',
    '/../renderer-other/file.txt',
    '/%00',
    '/%zz',
  ])('does not leave its folder for %s', async (path) => {
    const response = await builtConsole()(path)
    expect(response.status).toBe(404)
    expect(await response.text()).not.toContain('secret')
  })
})
