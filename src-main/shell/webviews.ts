import type { WebContents } from 'electron'

/** Security checklist 11 and 12: `<webview>` is off in every window, and attaching one is prevented. */
export const denyWebviews = (contents: Pick<WebContents, 'on'>): void => {
  contents.on('will-attach-webview', (event) => event.preventDefault())
}
