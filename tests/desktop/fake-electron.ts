import { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'

/**
 * A small Electron for tests in plain Node: it keeps what the shell tells it, and fires events when a test
 * asks. Only what the shell touches is here.
 */

export class FakeContents extends EventEmitter {
  readonly sent: { channel: string; message: unknown }[] = []
  reloads = 0
  openHandler: ((details: { url: string }) => { action: string }) | null = null

  send(channel: string, message: unknown) {
    this.sent.push({ channel, message })
  }
  reload() {
    this.reloads += 1
  }
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }) {
    this.openHandler = handler
  }
}

export class FakeWindow extends EventEmitter {
  static opened: FakeWindow[] = []
  readonly webContents = new FakeContents()
  readonly calls: string[] = []
  readonly options: unknown
  loaded = ''
  minimized = false
  maximized = false
  bounds = { x: 10, y: 20, width: 900, height: 700 }

  constructor(options: unknown) {
    super()
    this.options = options
    FakeWindow.opened.push(this)
  }
  async loadURL(address: string) {
    this.loaded = address
  }
  show() {
    this.calls.push('show')
  }
  focus() {
    this.calls.push('focus')
  }
  restore() {
    this.calls.push('restore')
  }
  maximize() {
    this.calls.push('maximize')
  }
  isMinimized() {
    return this.minimized
  }
  isMaximized() {
    return this.maximized
  }
  getNormalBounds() {
    return this.bounds
  }
}

/** A utility process: the test plays the host. */
export class FakeUtilityProcess extends EventEmitter {
  readonly stdout = new PassThrough()
  readonly stderr = new PassThrough()
  kills = 0

  kill() {
    this.kills += 1
    return true
  }
}

export class FakeTray extends EventEmitter {
  toolTip = ''
  destroyed = false
  setToolTip(text: string) {
    this.toolTip = text
  }
  setContextMenu() {}
  destroy() {
    this.destroyed = true
  }
}

type Handler = (event: unknown, payload: unknown) => Promise<unknown>

type Verdict = (...args: unknown[]) => boolean
type BeforeRequest = (details: { url: string }, answer: (result: { cancel: boolean }) => void) => void

interface Fork {
  readonly file: string
  readonly args: string[]
  readonly env: Record<string, string>
  readonly process: FakeUtilityProcess
}

/** What the shell told Electron. */
interface Recorded {
  sandboxed: boolean
  readonly schemes: unknown[]
  readonly paths: Map<string, string>
  quits: number
  readonly exits: number[]
  readonly errors: string[]
  readonly openedOutside: string[]
  readonly protocolHandlers: Map<string, (request: Request) => Promise<Response>>
  permissionRequest: ((...args: unknown[]) => void) | null
  permissionCheck: Verdict | null
  devicePermission: Verdict | null
  beforeRequest: BeforeRequest | null
  readonly handlers: Map<string, Handler>
  readonly forks: Fork[]
  readonly trays: FakeTray[]
  menu: unknown
}

/** Everything of Electron that main.ts and shell/start.ts reach for. */
export const createFakeElectron = () => {
  FakeWindow.opened = []
  const record: Recorded = {
    sandboxed: false,
    schemes: [],
    paths: new Map(),
    quits: 0,
    exits: [],
    errors: [],
    openedOutside: [],
    protocolHandlers: new Map(),
    permissionRequest: null,
    permissionCheck: null,
    devicePermission: null,
    beforeRequest: null,
    handlers: new Map(),
    forks: [],
    trays: [],
    menu: null,
  }

  const app = Object.assign(new EventEmitter(), {
    isPackaged: true,
    enableSandbox: () => {
      record.sandboxed = true
    },
    requestSingleInstanceLock: () => true,
    setPath: (name: string, path: string) => void record.paths.set(name, path),
    setAppUserModelId: () => {},
    getPath: (name: string) => record.paths.get(name) ?? '',
    getVersion: () => '9.9.9',
    whenReady: async () => {},
    quit: () => {
      record.quits += 1
    },
    exit: (code: number) => void record.exits.push(code),
  })

  class Notification extends EventEmitter {
    static isSupported() {
      return true
    }
    show() {}
  }
  class Tray extends FakeTray {
    constructor() {
      super()
      record.trays.push(this)
    }
  }

  const ipcMain = Object.assign(new EventEmitter(), {
    handle(channel: string, handler: Handler) {
      record.handlers.set(channel, handler)
    },
  })

  const electron = {
    app,
    ipcMain,
    Notification,
    Tray,
    BrowserWindow: FakeWindow,
    Menu: {
      buildFromTemplate: (template: unknown) => template,
      setApplicationMenu: (menu: unknown) => {
        record.menu = menu
      },
    },
    dialog: { showErrorBox: (_title: string, message: string) => void record.errors.push(message) },
    nativeTheme: { themeSource: 'system', shouldUseDarkColors: false },
    protocol: {
      registerSchemesAsPrivileged: (schemes: unknown[]) => void record.schemes.push(...schemes),
      handle: (scheme: string, handler: (request: Request) => Promise<Response>) =>
        void record.protocolHandlers.set(scheme, handler),
    },
    safeStorage: {
      isAsyncEncryptionAvailable: async () => true,
      getSelectedStorageBackend: () => 'gnome_libsecret',
      encryptStringAsync: async (text: string) => Buffer.from(text).reverse(),
      decryptStringAsync: async (wrapped: Buffer) => ({
        result: Buffer.from(wrapped).reverse().toString(),
        shouldReEncrypt: false,
      }),
    },
    screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] },
    session: {
      defaultSession: {
        setPermissionRequestHandler: (handler: (...args: unknown[]) => void) => {
          record.permissionRequest = handler
        },
        setPermissionCheckHandler: (handler: Verdict) => {
          record.permissionCheck = handler
        },
        setDevicePermissionHandler: (handler: Verdict) => {
          record.devicePermission = handler
        },
        webRequest: {
          onBeforeRequest(handler: BeforeRequest) {
            record.beforeRequest = handler
          },
        },
      },
    },
    shell: {
      openExternal: async (address: string) => void record.openedOutside.push(address),
      openPath: async () => '',
    },
    utilityProcess: {
      fork: (file: string, args: string[], options: { env: Record<string, string> }) => {
        const process = new FakeUtilityProcess()
        record.forks.push({ file, args, env: options.env, process })
        return process
      },
    },
  }
  return { electron, record }
}

/** The event of a message that really comes from the console's top frame. */
export const consoleFrame = { senderFrame: { parent: null, url: 'app://console/settings' } }
