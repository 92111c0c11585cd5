import type { BrowserWindow, BrowserWindowConstructorOptions, WebContents } from 'electron'
import { consoleOrigin } from './console-origin.ts'
import type { Settings } from './settings.ts'

/** As much of Electron's window as is used. */
export type ConsoleWindow = Pick<
  BrowserWindow,
  'show' | 'focus' | 'restore' | 'maximize' | 'isMinimized' | 'isMaximized' | 'getNormalBounds' | 'loadURL'
> & {
  once(event: 'ready-to-show', listener: () => void): unknown
  on(event: 'close', listener: () => void): unknown
  on(event: 'closed', listener: () => void): unknown
  readonly webContents: Pick<WebContents, 'send' | 'reload'> & {
    on(event: 'render-process-gone', listener: (event: unknown, details: { reason: string }) => void): unknown
    on(event: 'will-prevent-unload', listener: (event: { preventDefault(): void }) => void): unknown
  }
}

export interface WindowsParts {
  newWindow(options: BrowserWindowConstructorOptions): ConsoleWindow
  /** Read at each opening: bounds, theme and screens change. */
  options(): BrowserWindowConstructorOptions
  readonly settings: Settings
  /** Asked when the page would rather stay, because it has changes that are not saved. */
  mayLeave(): boolean
  report(error: unknown): void
}

/** A page that crashes again and again is left as it is, so that it does not use up the machine. */
const reloadsMax = 3
const reloadsWithinMs = 60_000

const keepBounds = (window: ConsoleWindow, settings: Settings) => {
  window.on('close', () => {
    settings.update({ windowBounds: window.getNormalBounds(), windowMaximized: window.isMaximized() })
  })
}

/** A page that wants to stay keeps its window open without a word: so somebody is asked, and may let it go. */
const askBeforeLeaving = (window: ConsoleWindow, mayLeave: () => boolean) => {
  window.webContents.on('will-prevent-unload', (event) => {
    if (mayLeave()) event.preventDefault()
  })
}

const reloadAfterCrash = (window: ConsoleWindow, report: (error: unknown) => void) => {
  let reloads: number[] = []
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return
    report(new Error(`The page of the console is gone: ${reason}`))
    const now = Date.now()
    reloads = reloads.filter((at) => now - at < reloadsWithinMs)
    if (reloads.length >= reloadsMax) return
    reloads.push(now)
    window.webContents.reload()
  })
}

/** The one window of the console: opened when asked for, brought forward when it is there. */
export const createWindows = ({ newWindow, options, settings, mayLeave, report }: WindowsParts) => {
  let current: ConsoleWindow | null = null

  const open = () => {
    const window = newWindow(options())
    current = window
    keepBounds(window, settings)
    askBeforeLeaving(window, mayLeave)
    reloadAfterCrash(window, report)
    window.once('ready-to-show', () => {
      if (settings.read().windowMaximized) window.maximize()
      window.show()
    })
    window.on('closed', () => {
      current = null
    })
    window.loadURL(`${consoleOrigin}/`).catch(report)
  }

  return {
    show() {
      if (current === null) return open()
      if (current.isMinimized()) current.restore()
      current.show()
      current.focus()
    },
    /** Sends a message to the page, when there is one. */
    tell(channel: string, message: unknown) {
      current?.webContents.send(channel, message)
    },
  }
}
