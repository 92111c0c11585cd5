import { z } from 'zod'
import { bridgeChannels, type DataKeyProtection, type HostState, type Theme } from '#contract/bridge.ts'
import type { OpenExternal } from './external.ts'
import { BridgeRefusal, type Door } from './ipc.ts'

export interface BridgeParts {
  readonly openExternal: OpenExternal
  readonly notify: (notification: { title: string; body: string }) => void
  readonly setTheme: (theme: Theme) => void
  readonly hostState: () => HostState
  readonly dataKeyProtection: () => DataKeyProtection
}

const notificationSchema = z.object({ title: z.string().min(1).max(120), body: z.string().max(500) })
export const themeSchema = z.enum(['light', 'dark', 'system'])

/** Puts what the preload offers behind the door. */
export const handleBridge = ({ handle }: Door, parts: BridgeParts): void => {
  handle(bridgeChannels.openExternal, z.string(), async (url) => {
    if (!(await parts.openExternal(url))) {
      throw new BridgeRefusal('Only https: and mailto: addresses can be opened.')
    }
    return null
  })
  handle(bridgeChannels.notify, notificationSchema, (notification) => {
    parts.notify(notification)
    return null
  })
  handle(bridgeChannels.setTheme, themeSchema, (theme) => {
    parts.setTheme(theme)
    return null
  })
  handle(bridgeChannels.hostState, z.undefined(), parts.hostState)
  handle(bridgeChannels.dataKeyProtection, z.undefined(), parts.dataKeyProtection)
}
