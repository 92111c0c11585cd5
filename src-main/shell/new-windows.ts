/** As much of Electron's `WebContents` as is used. */
export interface OpeningContents {
  setWindowOpenHandler(handler: (details: { url: string }) => { action: 'deny' }): void
}

/**
 * Security checklist 14: a page opens no windows. `openOutside` gets the address of a link that asked for one;
 * it decides what of that may go to the system's browser.
 */
export const denyNewWindows = (contents: OpeningContents, openOutside: (address: string) => void): void => {
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url)
    return { action: 'deny' }
  })
}
