import { join } from 'node:path'
import type * as Electron from 'electron'
import ElectronStore from 'electron-store'
import { bridgeChannels, type DataKeyProtection, type HostState } from '#contract/bridge.ts'
import { handleBridge } from './bridge-handlers.ts'
import { createConsoleFiles } from './console-files.ts'
import { createOpenExternal } from './external.ts'
import { forward, type HostTarget } from './forward.ts'
import { createTargets, hostLaunch } from './host-launch.ts'
import { createHostProcess } from './host-process.ts'
import { createDoor } from './ipc.ts'
import { loadDataKey } from './keychain.ts'
import { log, report } from './log.ts'
import { applicationMenu } from './menu.ts'
import { guardNavigation } from './navigation.ts'
import { denyNewWindows } from './new-windows.ts'
import { createNotify } from './notifications.ts'
import { guardPermissions } from './permissions.ts'
import type { ProgramOptions } from './program-options.ts'
import { createProtocolHandler } from './protocol.ts'
import { denyRemoteRequests } from './remote-requests.ts'
import { createSessionJar } from './session-jar.ts'
import { createSettings, type Settings, type ShellSettings } from './settings.ts'
import { followHostInTray, trayIconFile } from './tray.ts'
import { denyWebviews } from './webviews.ts'
import { visibleBounds, windowOptions } from './window-options.ts'
import { createWindows } from './windows.ts'

/** Calls of a page that comes up before the host are answered when it is ready. */
const waitForHostMs = 30_000

/** The folder of the program: this file runs from out/main/. */
const programFolder = join(import.meta.dirname, '..', '..')
const inProgram = (...parts: string[]) => join(programFolder, ...parts)

/** Where calls go, how that is doing, and how it ends. */
interface HostLink {
  target(): Promise<HostTarget | null>
  state(): HostState
  onState(listener: (state: HostState) => void): void
  stop(): Promise<void>
  readonly dataKeyProtection: DataKeyProtection
}

const attachedTo = (address: string): HostLink => {
  if (!['http:', 'https:'].includes(URL.parse(address)?.protocol ?? '')) {
    throw new Error(`The address of a host starts with http: or https:, which ${address} does not.`)
  }
  return {
    target: async () => ({ kind: 'address', address }),
    state: () => ({ state: 'attached', address }),
    onState() {},
    stop: async () => {},
    dataKeyProtection: 'host',
  }
}

const ownHost = async (electron: typeof Electron, options: ProgramOptions): Promise<HostLink> => {
  const { key, protection } = await loadDataKey(electron.safeStorage, options.dataDirectory, process.platform)
  const targets = createTargets(process.platform)
  const host = createHostProcess({
    newTarget: targets.newTarget,
    fork(target) {
      const { args, env } = hostLaunch(target, { ...options, dataKey: key }, process.env)
      return electron.utilityProcess.fork(inProgram('out', 'main', 'serve.js'), [...args], {
        env,
        stdio: 'pipe',
        serviceName: 'Patchbay engine',
      })
    },
    log,
  })
  host.start()
  return {
    target: () => host.target(waitForHostMs),
    state: host.state,
    onState: host.onState,
    async stop() {
      await host.stop()
      targets.remove()
    },
    dataKeyProtection: protection,
  }
}

const openSettings = ({ ipcMain }: typeof Electron): Settings => {
  const file = new ElectronStore<Partial<ShellSettings>>({ name: 'shell' })
  // electron-store opens a channel for stores of renderers, around our door. We have none.
  ipcMain.removeAllListeners('electron-store-get-data')
  return createSettings(file)
}

const serveConsole = ({ protocol }: typeof Electron, host: HostLink) => {
  const jar = createSessionJar(Date.now)
  const handler = createProtocolHandler({
    files: createConsoleFiles(inProgram('out', 'renderer')),
    async forward(request) {
      const target = await host.target()
      return target === null ? Response.error() : forward(request, target, jar)
    },
  })
  protocol.handle('app', handler)
}

const guardContents = ({ app }: typeof Electron, openOutside: (address: string) => void) => {
  app.on('web-contents-created', (_event, contents) => {
    guardNavigation(contents)
    denyNewWindows(contents, openOutside)
    denyWebviews(contents)
  })
}

const stopHostBeforeQuit = ({ app }: typeof Electron, host: HostLink) => {
  let stopping = false
  let stopped = false
  app.on('before-quit', (event) => {
    if (stopped) return
    event.preventDefault()
    if (stopping) return
    stopping = true
    host
      .stop()
      .catch(report)
      .finally(() => {
        stopped = true
        app.quit()
      })
  })
}

/** Whether changes of a page that are not saved may be lost: yes while the program ends, else who sits there says. */
const createMayLeave = ({ app, dialog }: typeof Electron) => {
  let ending = false
  app.on('before-quit', () => {
    ending = true
  })
  const buttons = ['Keep editing', 'Discard changes']
  return () =>
    ending ||
    dialog.showMessageBoxSync({
      type: 'warning',
      message: 'Discard unsaved changes?',
      detail: 'The form has changes that were not saved.',
      buttons,
      defaultId: 0,
      cancelId: 0,
    }) === 1
}

const run = async (electron: typeof Electron, options: ProgramOptions): Promise<void> => {
  const { app, BrowserWindow, ipcMain, Menu, nativeTheme, Notification, screen, session, shell, Tray } =
    electron
  await app.whenReady()
  const settings = openSettings(electron)
  const openExternal = createOpenExternal((address) => shell.openExternal(address))
  guardPermissions(session.defaultSession)
  denyRemoteRequests(session.defaultSession)
  guardContents(electron, (address) => void openExternal(address).catch(report))

  const attachAddress = options.attach ?? settings.read().attachAddress
  const host = attachAddress === null ? await ownHost(electron, options) : attachedTo(attachAddress)
  stopHostBeforeQuit(electron, host)
  serveConsole(electron, host)

  nativeTheme.themeSource = settings.read().theme
  const windows = createWindows({
    newWindow: (windowLook) => new BrowserWindow(windowLook),
    options: () =>
      windowOptions({
        preload: inProgram('out', 'preload', 'preload.cjs'),
        icon: inProgram('resources', 'icon.png'),
        version: app.getVersion(),
        bounds: visibleBounds(
          settings.read().windowBounds,
          screen.getAllDisplays().map(({ workArea }) => workArea),
        ),
        dark: nativeTheme.shouldUseDarkColors,
        devTools: !app.isPackaged,
      }),
    settings,
    mayLeave: createMayLeave(electron),
    report,
  })

  handleBridge(createDoor(ipcMain, report), {
    openExternal,
    notify: createNotify({
      isSupported: () => Notification.isSupported(),
      newNotification: (notification) => new Notification(notification),
      onChosen: windows.show,
      now: Date.now,
    }),
    setTheme(theme) {
      nativeTheme.themeSource = theme
      settings.update({ theme })
    },
    hostState: host.state,
    dataKeyProtection: () => host.dataKeyProtection,
  })

  Menu.setApplicationMenu(
    Menu.buildFromTemplate(
      applicationMenu(process.platform, app.isPackaged, {
        showDataDirectory: () => void shell.openPath(options.dataDirectory).catch(report),
      }),
    ),
  )
  const tray = new Tray(inProgram('resources', trayIconFile(process.platform)))
  const tellTray = followHostInTray(tray, (template) => Menu.buildFromTemplate(template), {
    show: windows.show,
    quit: () => app.quit(),
  })
  tellTray(host.state())
  host.onState((state) => {
    tellTray(state)
    windows.tell(bridgeChannels.hostStateChanged, state)
  })

  // Named here so that it is not collected as garbage, and the icon with it.
  app.on('will-quit', () => tray.destroy())
  // The program stays in the tray without a window: deliveries go on.
  app.on('window-all-closed', () => {})
  app.on('activate', windows.show)
  app.on('second-instance', windows.show)
  windows.show()
}

/** Starts the desktop program. What goes wrong is shown to the person before the program ends. */
export const start = (electron: typeof Electron, options: ProgramOptions): Promise<void> =>
  run(electron, options).catch((error: unknown) => {
    report(error)
    electron.dialog.showErrorBox(
      'Patchbay cannot start',
      error instanceof Error ? error.message : String(error),
    )
    electron.app.exit(1)
  })
