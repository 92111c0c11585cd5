import { spawn } from 'node:child_process'

const opener = (address: string): readonly [string, readonly string[]] | null => {
  if (process.platform === 'darwin') return ['open', [address]]
  if (process.platform === 'win32') return ['rundll32', ['url.dll,FileProtocolHandler', address]]
  const hasDisplay = Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY)
  return hasDisplay ? ['xdg-open', [address]] : null
}

/** Opens an address in the browser that the person uses. Answers false when there is none. */
export const openAddress = (address: string): Promise<boolean> => {
  const command = opener(address)
  if (!command) return Promise.resolve(false)
  return new Promise((settle) => {
    const child = spawn(command[0], command[1], { stdio: 'ignore', detached: true })
    child.on('error', () => settle(false))
    child.on('exit', (code) => settle(code === 0))
    child.unref()
  })
}
