import type { MenuItemConstructorOptions } from 'electron'

export interface MenuActions {
  showDataDirectory(): void
}

/** The menu of the program. Developer tools only where the program is not packaged. */
export const applicationMenu = (
  platform: NodeJS.Platform,
  packaged: boolean,
  { showDataDirectory }: MenuActions,
): MenuItemConstructorOptions[] => [
  ...(platform === 'darwin' ? [{ role: 'appMenu' } as const] : []),
  { role: 'fileMenu' },
  { role: 'editMenu' },
  {
    label: 'View',
    submenu: [
      { role: 'reload' },
      { type: 'separator' },
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { type: 'separator' },
      { role: 'togglefullscreen' },
      ...(packaged ? [] : [{ role: 'toggleDevTools' } as const]),
    ],
  },
  { role: 'windowMenu' },
  {
    role: 'help',
    submenu: [{ label: 'Show the Data Directory', click: showDataDirectory }],
  },
]
