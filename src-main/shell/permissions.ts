import type { Session } from 'electron'
import { isConsoleAddress } from './console-origin.ts'

/** Copy buttons write to the clipboard. Nothing else that a page can ask for is needed. */
const isAllowed = (permission: string, requestedBy: string): boolean =>
  permission === 'clipboard-sanitized-write' && isConsoleAddress(requestedBy)

export type GuardedSession = Pick<
  Session,
  'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler'
>

/** Security checklist 5: permissions and devices are refused, asked for or only checked. */
export const guardPermissions = (session: GuardedSession): void => {
  session.setPermissionRequestHandler((_contents, permission, callback, details) =>
    callback(isAllowed(permission, details.requestingUrl)),
  )
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin) =>
    isAllowed(permission, requestingOrigin),
  )
  session.setDevicePermissionHandler(() => false)
}
