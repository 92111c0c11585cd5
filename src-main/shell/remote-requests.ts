import type { Session } from 'electron'
import { isConsoleAddress } from './console-origin.ts'

/** Besides the console itself: what it has in memory, and the developer tools. */
const localSchemes = ['data:', 'blob:', 'devtools:']

const isLocal = (address: string): boolean =>
  isConsoleAddress(address) || localSchemes.includes(URL.parse(address)?.protocol ?? '')

/** Security checklist 1 and 8: whatever a page tries, no request of it reaches the network or the disk. */
export const denyRemoteRequests = (session: {
  webRequest: Pick<Session['webRequest'], 'onBeforeRequest'>
}) => {
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !isLocal(url) }))
}
