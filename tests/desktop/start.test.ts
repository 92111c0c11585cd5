/** The whole shell, put together as Electron would run it, with a small Electron and a small host. */
import { createServer } from 'node:http'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { bridgeChannels } from '#contract/bridge.ts'
import { consoleFrame, createFakeElectron, FakeContents, FakeWindow } from './fake-electron.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** What the settings file holds. */
let stored: Record<string, unknown> = {}

beforeEach(() => {
  stored = {}
})

type FakeElectron = ReturnType<typeof createFakeElectron>['electron']

/** Loads main.ts afresh, with this Electron and this command line. */
const runMain = async (electron: FakeElectron, args: readonly string[]) => {
  class Store {
    constructor() {
      // The real one does this too.
      electron.ipcMain.on('electron-store-get-data', () => {})
    }
    get(key: string) {
      return stored[key]
    }
    set(values: Record<string, unknown>) {
      Object.assign(stored, values)
    }
  }
  vi.stubEnv('TMPDIR', temporaryDirectory())
  onTestFinished(() => void vi.unstubAllEnvs())
  vi.resetModules()
  vi.doMock('electron', () => electron)
  vi.doMock('electron-store', () => ({ default: Store }))
  const { argv } = process
  process.argv = ['electron', '/app', ...args]
  await import('../../src-main/main.ts')
  process.argv = argv
}

/** For what a busy machine may take; without it, a second is all. */
const patient = { timeout: 15_000 }

/** Runs main.ts as Electron does, until the window has been asked for. */
const startProgram = async (...options: string[]) => {
  const { electron, record } = createFakeElectron()
  const dataDirectory = temporaryDirectory()
  await runMain(electron, ['--data-dir', dataDirectory, ...options])
  await vi.waitFor(() => {
    if (FakeWindow.opened.length === 0 && record.errors.length === 0) throw new Error('not started yet')
  }, patient)
  const window = FakeWindow.opened[0] ?? new FakeWindow({})
  return { electron, record, dataDirectory, window }
}

type Started = Awaited<ReturnType<typeof startProgram>>

/** A host that answers every call with the authorization that it got, on the socket that the shell named. */
const hostOf = async ({ record }: Started) => {
  const fork = record.forks[record.forks.length - 1]
  if (!fork) throw new Error('the shell started no host')
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json')
    response.setHeader('set-cookie', 'session=abc; HttpOnly')
    response.end(JSON.stringify({ bearer: request.headers.authorization, cookie: request.headers.cookie }))
  })
  const socketPath = fork.args[fork.args.indexOf('--socket') + 1]
  await new Promise<void>((listening) => server.listen(socketPath, listening))
  onTestFinished(() => void server.close())
  fork.process.stdout.write('{"ready":true}\n')
  return fork
}

const call = async ({ record }: Started, path: string) => {
  const handler = record.protocolHandlers.get('app')
  if (!handler) throw new Error('app:// is not served')
  return handler(new Request(`app://console${path}`, { method: 'POST', body: '{}' }))
}

describe('the desktop program', () => {
  it('opens the console in a guarded window', async () => {
    const { record, window, dataDirectory } = await startProgram()
    expect(window.loaded).toBe('app://console/')
    expect(window.options).toMatchObject({
      webPreferences: {
        preload: expect.stringMatching(/out.preload.preload\.cjs$/),
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        devTools: false,
        additionalArguments: ['--patchbay-version=9.9.9'],
      },
    })
    expect(record.sandboxed).toBe(true)
    expect(record.schemes).toEqual([
      {
        scheme: 'app',
        privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
      },
    ])
    expect(record.paths.get('userData')).toBe(join(dataDirectory, 'desktop'))
  })

  it('guards the session and whatever contents come up', async () => {
    const { electron, record } = await startProgram()
    expect(record.permissionRequest).not.toBeNull()
    expect(record.permissionCheck).not.toBeNull()
    expect(record.devicePermission).not.toBeNull()
    expect(record.beforeRequest).not.toBeNull()
    const contents = new FakeContents()
    electron.app.emit('web-contents-created', {}, contents)
    expect(contents.eventNames().sort()).toEqual([
      'will-attach-webview',
      'will-frame-navigate',
      'will-navigate',
      'will-redirect',
    ])
    expect(contents.openHandler?.({ url: 'https://example.com' })).toEqual({ action: 'deny' })
    expect(record.openedOutside).toEqual(['https://example.com/'])
  })

  it('leaves no way around the door', async () => {
    const { electron, record } = await startProgram()
    expect(electron.ipcMain.eventNames()).toEqual([])
    const { hostStateChanged: _told, ...calls } = bridgeChannels
    expect([...record.handlers.keys()].sort()).toEqual(Object.values(calls).sort())
  })

  it('starts the host on a socket with a token and the key from the keychain', async () => {
    const started = await startProgram('--demo')
    const { args, env, file } = await hostOf(started)
    expect(file).toMatch(/out.main.serve\.js$/)
    expect(args).toEqual(
      expect.arrayContaining(['--data-dir', started.dataDirectory, '--demo', '--parent-token']),
    )
    expect(env.PATCHBAY_LAUNCH_TOKEN).toMatch(/^[0-9a-f]{64}$/)
    expect(Buffer.from(env.PATCHBAY_DATA_KEY ?? '', 'base64')).toHaveLength(32)
    expect(args.join(' ')).not.toContain(env.PATCHBAY_LAUNCH_TOKEN)
  })

  it('answers calls of the page from the host, with the token and the session that the page never sees', async () => {
    const started = await startProgram()
    const early = call(started, '/rpc/session/current')
    const { env } = await hostOf(started)
    const first = await early
    expect(await first.json()).toEqual({ bearer: `Bearer ${env.PATCHBAY_LAUNCH_TOKEN}` })
    expect(first.headers.getSetCookie()).toEqual([])
    expect(await (await call(started, '/rpc/session/current')).json()).toMatchObject({
      cookie: 'session=abc',
    })
  })

  it('survives the death of its host: the page is told, and the next host answers', async () => {
    const started = await startProgram()
    const first = await hostOf(started)
    await vi.waitFor(() => expect(started.record.trays[0]?.toolTip).toContain('running'), patient)
    first.process.emit('exit', 1)
    await vi.waitFor(() => expect(started.record.forks).toHaveLength(2), patient)
    const second = await hostOf(started)
    const answer = await call(started, '/rpc/session/current')
    expect(await answer.json()).toMatchObject({ bearer: `Bearer ${second.env.PATCHBAY_LAUNCH_TOKEN}` })
    expect(second.env.PATCHBAY_LAUNCH_TOKEN).not.toBe(first.env.PATCHBAY_LAUNCH_TOKEN)
    const told = started.window.webContents.sent.map(({ message }) => message)
    expect(told).toMatchObject([{ state: 'ready' }, { state: 'restarting', attempt: 1 }, { state: 'ready' }])
  })

  it('stops the host before it quits', async () => {
    const started = await startProgram()
    const { process: host } = await hostOf(started)
    const event = { preventDefault: vi.fn() }
    started.electron.app.emit('before-quit', event)
    expect(host.kills).toBe(1)
    // Asked twice, it still sends one signal: the host takes a second one for "at once".
    started.electron.app.emit('before-quit', event)
    expect(host.kills).toBe(1)
    expect(started.record.quits).toBe(0)
    host.emit('exit', 0)
    await vi.waitFor(() => expect(started.record.quits).toBe(1), patient)
    started.electron.app.emit('before-quit', event)
    expect(event.preventDefault).toHaveBeenCalledTimes(2)
  })

  it('keeps running when the window is closed, and comes forward when started again', async () => {
    const { electron, record, window } = await startProgram()
    window.emit('closed')
    electron.app.emit('window-all-closed')
    expect(record.quits).toBe(0)
    electron.app.emit('second-instance')
    expect(FakeWindow.opened).toHaveLength(2)
  })

  it('keeps the theme for the next start', async () => {
    const { electron, record } = await startProgram()
    await record.handlers.get(bridgeChannels.setTheme)?.(consoleFrame, 'dark')
    expect(electron.nativeTheme.themeSource).toBe('dark')
    expect(stored).toMatchObject({ theme: 'dark' })
    expect((await startProgram()).electron.nativeTheme.themeSource).toBe('dark')
  })

  it('attaches to a host that somebody else runs instead of starting one', async () => {
    const { record } = await startProgram('--attach=http://127.0.0.1:4780')
    expect(record.forks).toEqual([])
    expect(await record.handlers.get(bridgeChannels.hostState)?.(consoleFrame, undefined)).toEqual({
      ok: true,
      value: { state: 'attached', address: 'http://127.0.0.1:4780' },
    })
  })

  it('attaches to nothing but an address of the web', async () => {
    const { record } = await startProgram('--attach=/run/host.sock')
    expect(record.errors).toEqual([expect.stringContaining('http: or https:')])
    await vi.waitFor(() => expect(record.exits).toEqual([1]), patient)
  })

  it('says why it cannot start, and ends', async () => {
    const { electron, record } = createFakeElectron()
    electron.safeStorage.isAsyncEncryptionAvailable = async () => {
      throw new Error('no keychain service answers')
    }
    await runMain(electron, ['--data-dir', temporaryDirectory()])
    await vi.waitFor(() => expect(record.exits).toEqual([1]), patient)
    expect(record.errors).toEqual(['no keychain service answers'])
    expect(FakeWindow.opened).toEqual([])
  })
})
