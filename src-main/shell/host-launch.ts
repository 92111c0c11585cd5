import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { HostTarget } from './forward.ts'

export interface HostLaunch {
  readonly args: readonly string[]
  readonly env: Record<string, string>
}

/** Makes the sockets of this program's launches, in a folder that only its user can enter. */
export const createTargets = (platform: NodeJS.Platform) => {
  const folder = platform === 'win32' ? null : mkdtempSync(join(tmpdir(), 'patchbay-'))
  return {
    newTarget: (): Extract<HostTarget, { kind: 'socket' }> => {
      const name = randomBytes(8).toString('hex')
      return {
        kind: 'socket',
        socketPath: folder === null ? `\\\\.\\pipe\\patchbay-${name}` : join(folder, `${name}.sock`),
        token: randomBytes(32).toString('hex'),
      }
    },
    remove() {
      if (folder !== null) rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The shell sets these itself, or keeps them from changing the Node that runs the host. */
const notInherited = [
  'PATCHBAY_LAUNCH_TOKEN',
  'PATCHBAY_DATA_KEY_SOURCE',
  'NODE_OPTIONS',
  'ELECTRON_RUN_AS_NODE',
]

const inherited = (environment: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value === undefined || notInherited.includes(name) ? [] : [[name, value] as const],
    ),
  )

/** Where tenants on this machine reach the API of the desktop program, as they reach that of `serve`. */
const tenantPort = '4780'

/** How the host is started. Token and key go through the environment: arguments are visible to other users. */
export const hostLaunch = (
  target: Extract<HostTarget, { kind: 'socket' }>,
  options: { dataDirectory: string; demo: boolean; dataKey: Buffer | null },
  environment: NodeJS.ProcessEnv,
): HostLaunch => ({
  args: [
    '--socket',
    target.socketPath,
    '--parent-token',
    '--loopback-port',
    tenantPort,
    '--data-dir',
    options.dataDirectory,
    '--json',
    ...(options.demo ? ['--demo'] : []),
  ],
  env: {
    ...inherited(environment),
    PATCHBAY_LAUNCH_TOKEN: target.token,
    ...(options.dataKey === null
      ? {}
      : { PATCHBAY_DATA_KEY: options.dataKey.toString('base64'), PATCHBAY_DATA_KEY_SOURCE: 'keychain' }),
  },
})
