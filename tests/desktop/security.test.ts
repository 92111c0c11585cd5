/** Electron's security checklist, item by item: https://www.electronjs.org/docs/latest/tutorial/security */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { contentSecurityPolicy } from '#main/shell/csp.ts'
import { createOpenExternal, externalAddress } from '#main/shell/external.ts'
import { guardNavigation } from '#main/shell/navigation.ts'
import { denyNewWindows } from '#main/shell/new-windows.ts'
import { guardPermissions } from '#main/shell/permissions.ts'
import { prepare } from '#main/shell/pre-ready.ts'
import { denyRemoteRequests } from '#main/shell/remote-requests.ts'
import { denyWebviews } from '#main/shell/webviews.ts'
import { windowOptions } from '#main/shell/window-options.ts'
import { createFakeElectron, FakeContents } from './fake-electron.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const root = join(import.meta.dirname, '..', '..')
const shellFolder = join(root, 'src-main', 'shell')

/** Every file of the shell with its text. */
const shellSources = () =>
  ['../main.ts', ...readdirSync(shellFolder)].map((name) => ({
    name,
    text: readFileSync(join(shellFolder, name), 'utf8'),
  }))

const { webPreferences = {} } = windowOptions({
  preload: '/preload.cjs',
  icon: '/icon.png',
  version: '1.2.3',
  bounds: {},
  dark: false,
  devTools: false,
})

const outside = [
  'https://example.com/',
  'http://console/',
  'file:///etc/passwd',
  'app://other/',
  'app://user@console/',
  'javascript:alert(1)',
  'data:text/html,hello',
  'about:blank',
]

describe('the security checklist', () => {
  it.each([
    ...outside.filter((address) => !address.startsWith('data:')),
    'ws://example.com/',
    'not an address',
  ])('1 lets no request of a page reach %s', (url) => {
    const { electron, record } = createFakeElectron()
    denyRemoteRequests(electron.session.defaultSession)
    const results: unknown[] = []
    record.beforeRequest?.({ url }, (result) => results.push(result))
    record.beforeRequest?.({ url: 'app://console/assets/a.js' }, (result) => results.push(result))
    expect(results).toEqual([{ cancel: true }, { cancel: false }])
  })

  it('2 gives pages, workers and frames no Node', () => {
    expect(webPreferences).toMatchObject({
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
    })
  })

  it('3 isolates the preload from the page', () => {
    expect(webPreferences.contextIsolation).toBe(true)
  })

  it('4 sandboxes every renderer, of this window and of the program', () => {
    const { electron, record } = createFakeElectron()
    prepare(electron.app, electron.protocol, { dataDirectory: temporaryDirectory() })
    expect(webPreferences.sandbox).toBe(true)
    expect(record.sandboxed).toBe(true)
  })

  it('5 refuses every permission but writing text to the clipboard from the console', () => {
    const { electron, record } = createFakeElectron()
    guardPermissions(electron.session.defaultSession)
    const asked = (permission: string, requestingUrl: string) => {
      const answers: unknown[] = []
      record.permissionRequest?.({}, permission, (granted: unknown) => answers.push(granted), {
        requestingUrl,
      })
      answers.push(record.permissionCheck?.({}, permission, requestingUrl))
      return answers
    }
    expect(asked('clipboard-sanitized-write', 'app://console/keys')).toEqual([true, true])
    expect(asked('clipboard-sanitized-write', 'https://example.com/')).toEqual([false, false])
    for (const permission of [
      'clipboard-read',
      'media',
      'geolocation',
      'notifications',
      'openExternal',
      'usb',
    ]) {
      expect(asked(permission, 'app://console/')).toEqual([false, false])
    }
    expect(record.devicePermission?.({})).toBe(false)
  })

  it('6, 8, 9, 10 leaves web security on, and insecure content and experiments off, by saying nothing', () => {
    for (const name of [
      'webSecurity',
      'allowRunningInsecureContent',
      'experimentalFeatures',
      'enableBlinkFeatures',
    ]) {
      expect(webPreferences).not.toHaveProperty(name)
    }
  })

  it('7 has the strict policy', () => {
    expect(contentSecurityPolicy('abc').split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self' 'nonce-abc'",
      "img-src 'self' data:",
      "font-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ])
  })

  it('11, 12 has no webview and prevents attaching one', () => {
    const contents = new FakeContents()
    denyWebviews(contents)
    let prevented = 0
    contents.emit('will-attach-webview', { preventDefault: () => (prevented += 1) })
    expect(prevented).toBe(1)
    expect(webPreferences.webviewTag).toBe(false)
  })

  it.each(['will-navigate', 'will-frame-navigate', 'will-redirect'])(
    '13 stays inside of the console on %s',
    (event) => {
      const contents = new FakeContents()
      guardNavigation(contents)
      const prevented: string[] = []
      for (const url of [...outside, 'app://console/settings']) {
        contents.emit(event, { url, preventDefault: () => prevented.push(url) })
      }
      expect(prevented).toEqual(outside)
    },
  )

  it('14 opens no windows and hands the address on', () => {
    const contents = new FakeContents()
    const handedOn: string[] = []
    denyNewWindows(contents, (address) => handedOn.push(address))
    expect(contents.openHandler?.({ url: 'https://example.com/' })).toEqual({ action: 'deny' })
    expect(handedOn).toEqual(['https://example.com/'])
  })

  it.each([
    ['https://example.com/a b?c#d', 'https://example.com/a%20b?c#d'],
    ['HTTPS://EXAMPLE.COM', 'https://example.com/'],
    ['mailto:ada@harbourhall.example', 'mailto:ada@harbourhall.example'],
    ['http://example.com/', null],
    ['file:///etc/passwd', null],
    ['javascript:alert(1)', null],
    ['smb://server/share', null],
    ['https://user:password@example.com/', null],
    [`https://example.com/${'a'.repeat(2048)}`, null],
    ['calc.exe', null],
    ['', null],
  ])('15 for %.60s opens %s', async (text, expected) => {
    expect(externalAddress(text)).toBe(expected)
    const opened: string[] = []
    const openExternal = createOpenExternal(async (address) => void opened.push(address))
    expect(await openExternal(text)).toBe(expected !== null)
    expect(opened).toEqual(expected === null ? [] : [expected])
  })

  it('15 has one function that opens anything outside', () => {
    const uses = shellSources().filter(({ text }) => text.includes('shell.openExternal'))
    expect(uses.map(({ name }) => name)).toEqual(['start.ts'])
    expect(uses[0]?.text.match(/shell\.openExternal/g)).toHaveLength(1)
  })

  it('16 pins the version of Electron', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect(devDependencies.electron).toMatch(/^\d+\.\d+\.\d+$/)
  })

  it('17 has one door for messages of a page', () => {
    const registering = /ipcMain\s*\.\s*(handle|on|once|handleOnce|addListener)\b/
    const uses = shellSources().filter(({ text }) => registering.test(text))
    expect(uses.map(({ name }) => name)).toEqual(['ipc.ts'])
  })

  it('18 loads nothing from files', () => {
    const uses = shellSources().filter(({ text }) => /loadFile\(|['"]file:/.test(text))
    expect(uses).toEqual([])
  })

  it('19 has the fuses set in the packaged program', () => {
    const text = readFileSync(join(root, 'electron-builder.yml'), 'utf8')
    expect(text).toMatch(/^asar: true$/m)
    const block = /^electronFuses:\n((?: {2}.*\n)+)/m.exec(text)?.[1] ?? ''
    const fuses = [...block.matchAll(/^ {2}(\w+): (true|false)$/gm)].map(([, name, on]) => [
      name,
      on === 'true',
    ])
    expect(Object.fromEntries(fuses)).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      resetAdHocDarwinSignature: false,
      grantFileProtocolExtraPrivileges: false,
    })
  })

  // 20: tests/contract/preload.test.ts
})
