/**
 * What the desktop shell offers the console beside the procedures: one frozen object, `window.patchbay`.
 * In a browser there is none. No schemas here, so that the preload stays a few lines: the shell parses.
 */

/** How the engine host of this window is doing. */
export type HostState =
  | { readonly state: 'starting' }
  | { readonly state: 'ready' }
  /** It ended without being asked to; the shell starts it again at `nextStartAt` (Unix ms). */
  | {
      readonly state: 'restarting'
      readonly attempt: number
      readonly nextStartAt: number
      readonly reason: string
    }
  /** The console is attached to a host that somebody else runs. */
  | { readonly state: 'attached'; readonly address: string }
  | { readonly state: 'stopped' }

/**
 * How the data key is kept: wrapped by the keychain; by the host itself because the keychain protects nothing
 * here; or by the host itself (key file, variable, another machine) as it was before the shell came.
 */
export type DataKeyProtection = 'keychain' | 'not_protected' | 'host'

export type Theme = 'light' | 'dark' | 'system'

export type BridgeErrorCode = 'forbidden' | 'invalid' | 'failed'

/** Every function answers, none throws: the context bridge would drop the code of an error. */
export type BridgeAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: { readonly code: BridgeErrorCode; readonly message: string } }

export interface DesktopBridge {
  /** `darwin`, `win32` or `linux`. */
  readonly platform: string
  readonly version: string
  /** Opens an `https:` or `mailto:` address outside of the console; everything else is `invalid`. */
  readonly openExternal: (url: string) => Promise<BridgeAnswer<null>>
  /** Shows a notification of the system. Choosing it brings the window forward. */
  readonly notify: (notification: { title: string; body: string }) => Promise<BridgeAnswer<null>>
  /** The theme of the window frame, kept for the next start. */
  readonly setTheme: (theme: Theme) => Promise<BridgeAnswer<null>>
  readonly hostState: () => Promise<BridgeAnswer<HostState>>
  /** Calls `listener` on every change. Returns the function that ends it. */
  readonly onHostState: (listener: (state: HostState) => void) => () => void
  readonly dataKeyProtection: () => Promise<BridgeAnswer<DataKeyProtection>>
}

/** The names of the wire between preload and shell. The console never sees them. */
export const bridgeChannels = {
  openExternal: 'patchbay:open-external',
  notify: 'patchbay:notify',
  setTheme: 'patchbay:set-theme',
  hostState: 'patchbay:host-state',
  hostStateChanged: 'patchbay:host-state-changed',
  dataKeyProtection: 'patchbay:data-key-protection',
} as const

/** How the shell tells the preload its version: an argument of the renderer process. */
export const versionArgument = '--patchbay-version='
