import { isConsoleAddress } from './console-origin.ts'

/** Besides the console itself: what it has in memory, and the developer tools. */
const localSchemes = ['data:', 'blob:', 'devtools:']

const isLocal = (address: string): boolean =>
  isConsoleAddress(address) || localSchemes.includes(URL.parse(address)?.protocol ?? '')

/** As much of Electron's session as is used. */
export interface RequestingSession {
  readonly webRequest: {
    onBeforeRequest(
      listener: (request: { url: string }, answer: (verdict: { cancel: boolean }) => void) => void,
    ): void
  }
}

/** Security checklist 1 and 8: whatever a page tries, no request of it reaches the network or the disk. */
export const denyRemoteRequests = (session: RequestingSession): void => {
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !isLocal(url) }))
}
