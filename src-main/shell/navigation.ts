import type { WebContents } from 'electron'
import { isConsoleAddress } from './console-origin.ts'

interface Navigation {
  readonly url: string
  preventDefault(): void
}

const stayInside = (navigation: Navigation) => {
  if (!isConsoleAddress(navigation.url)) navigation.preventDefault()
}

/** Security checklist 13: no frame leaves the console's origin, by link, script or redirect. */
export const guardNavigation = (contents: Pick<WebContents, 'on'>): void => {
  contents.on('will-navigate', stayInside)
  contents.on('will-frame-navigate', stayInside)
  contents.on('will-redirect', stayInside)
}
