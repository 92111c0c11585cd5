import type { BrowserWindowConstructorOptions, Rectangle } from 'electron'
import { versionArgument } from '#contract/bridge.ts'
import type { Bounds } from './settings.ts'

const defaultSize = { width: 1280, height: 832 }
const smallestSize = { minWidth: 720, minHeight: 520 }

const overlaps = (bounds: Bounds, area: Rectangle): boolean =>
  bounds.x < area.x + area.width &&
  bounds.x + bounds.width > area.x &&
  bounds.y < area.y + area.height &&
  bounds.y + bounds.height > area.y

/** The kept bounds, unless the screen that they were on is gone. */
export const visibleBounds = (bounds: Bounds | null, workAreas: readonly Rectangle[]): Partial<Bounds> => {
  if (bounds === null) return defaultSize
  return workAreas.some((area) => overlaps(bounds, area)) ? bounds : defaultSize
}

export interface WindowLook {
  readonly preload: string
  readonly icon: string
  readonly version: string
  readonly bounds: Partial<Bounds>
  readonly dark: boolean
  readonly devTools: boolean
}

/**
 * The console's window. Security checklist 2, 3, 4 and 11 are said although most are defaults; 6, 8, 9 and 10
 * (`webSecurity`, insecure content, experimental and blink features) are kept by saying nothing.
 */
export const windowOptions = (look: WindowLook): BrowserWindowConstructorOptions => ({
  ...look.bounds,
  ...smallestSize,
  show: false,
  title: 'Patchbay',
  icon: look.icon,
  // What is seen until the first paint.
  backgroundColor: look.dark ? '#14161a' : '#ffffff',
  webPreferences: {
    preload: look.preload,
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webviewTag: false,
    // Chromium would fetch its dictionaries from the internet.
    spellcheck: false,
    devTools: look.devTools,
    additionalArguments: [`${versionArgument}${look.version}`],
  },
})
