import type { MenuItemConstructorOptions } from 'electron'
import type { HostState } from '#contract/bridge.ts'
import { hostWords } from './host-words.ts'

export interface TrayActions {
  show(): void
  quit(): void
}

/** The file of the tray icon: macOS colours a template image itself. */
export const trayIconFile = (platform: NodeJS.Platform): string =>
  platform === 'darwin' ? 'icon-trayTemplate.png' : 'icon-tray.png'

export const trayMenu = (state: HostState, { show, quit }: TrayActions): MenuItemConstructorOptions[] => [
  { label: hostWords(state), enabled: false },
  { type: 'separator' },
  { label: 'Open Patchbay', click: show },
  { label: 'Quit Patchbay', click: quit },
]

/** As much of Electron's tray as is used. */
export interface TrayIcon<Menu> {
  setToolTip(text: string): void
  setContextMenu(menu: Menu): void
  on(event: 'click', listener: () => void): unknown
}

/** Keeps the tray telling how the engine is; deliveries go on while the window is closed. */
export const followHostInTray = <Menu>(
  tray: TrayIcon<Menu>,
  buildMenu: (template: MenuItemConstructorOptions[]) => Menu,
  actions: TrayActions,
) => {
  tray.on('click', actions.show)
  return (state: HostState): void => {
    tray.setToolTip(`Patchbay: ${hostWords(state)}`)
    tray.setContextMenu(buildMenu(trayMenu(state, actions)))
  }
}
