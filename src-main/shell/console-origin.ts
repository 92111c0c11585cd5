import type { CustomScheme } from 'electron'

/** The console's own origin. Security checklist 1 and 18: nothing remote is loaded, nothing from `file://`. */
export const consoleOrigin = 'app://console'

export const consoleScheme: CustomScheme = {
  scheme: 'app',
  privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
}

/** Whether an address or origin is the console's. Node gives custom schemes the origin `null`, so the parts count. */
export const isConsoleAddress = (address: string): boolean => {
  const url = URL.parse(address)
  return url !== null && url.protocol === 'app:' && url.host === 'console' && url.username === ''
}
