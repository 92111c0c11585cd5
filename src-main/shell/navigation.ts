import { isConsoleAddress } from './console-origin.ts'

interface Navigation {
  readonly url: string
  preventDefault(): void
}

/** As much of Electron's `WebContents` as is used. */
export interface NavigatingContents {
  on(event: 'will-navigate', listener: (navigation: Navigation) => void): unknown
  on(event: 'will-frame-navigate', listener: (navigation: Navigation) => void): unknown
  on(event: 'will-redirect', listener: (navigation: Navigation) => void): unknown
}

const stayInside = (navigation: Navigation) => {
  if (!isConsoleAddress(navigation.url)) navigation.preventDefault()
}

/** Security checklist 13: no frame leaves the console's origin, by link, script or redirect. */
export const guardNavigation = (contents: NavigatingContents): void => {
  contents.on('will-navigate', stayInside)
  contents.on('will-frame-navigate', stayInside)
  contents.on('will-redirect', stayInside)
}
