import { existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaultDataDirectory } from '#main/shell/data-directory.ts'
import { createTargets, hostLaunch } from '#main/shell/host-launch.ts'
import { readProgramOptions } from '#main/shell/program-options.ts'
import { defaultDataDirectory as hostDefault } from '#main/store/data-directory.ts'

const target = { kind: 'socket', socketPath: '/run/x.sock', token: 'the-token' } as const

describe('launching the engine host', () => {
  it('hands token and key over in the environment, never as arguments', () => {
    const dataKey = Buffer.alloc(32, 7)
    const { args, env } = hostLaunch(
      target,
      { dataDirectory: '/data', demo: false, dataKey },
      { PATH: '/bin' },
    )
    expect(args).toEqual([
      ...['--socket', '/run/x.sock', '--parent-token', '--loopback-port', '4780'],
      ...['--data-dir', '/data', '--json'],
    ])
    expect(env).toEqual({
      PATH: '/bin',
      PATCHBAY_LAUNCH_TOKEN: 'the-token',
      PATCHBAY_DATA_KEY: dataKey.toString('base64'),
      PATCHBAY_DATA_KEY_SOURCE: 'keychain',
    })
  })

  it('claims no keychain where it has no key to give, whatever was set before', () => {
    const before = {
      PATCHBAY_DATA_KEY_SOURCE: 'keychain',
      PATCHBAY_LAUNCH_TOKEN: 'old',
      NODE_OPTIONS: '--inspect',
    }
    const { args, env } = hostLaunch(target, { dataDirectory: '/data', demo: true, dataKey: null }, before)
    expect(args).toContain('--demo')
    expect(env).toEqual({ PATCHBAY_LAUNCH_TOKEN: 'the-token' })
  })

  it('leaves a key that the person gave in the environment to the host, unless the keychain has one', () => {
    const given = { PATCHBAY_DATA_KEY: 'given' }
    const without = hostLaunch(target, { dataDirectory: '/data', demo: false, dataKey: null }, given)
    expect(without.env).toMatchObject(given)
    const dataKey = Buffer.alloc(32)
    const wrapped = hostLaunch(target, { dataDirectory: '/data', demo: false, dataKey }, given)
    expect(wrapped.env).toMatchObject({ PATCHBAY_DATA_KEY: dataKey.toString('base64') })
  })

  it('makes a new token of 32 bytes for each launch, and sockets in a folder of the user only', () => {
    const targets = createTargets('linux')
    const [one, two] = [targets.newTarget(), targets.newTarget()]
    expect(Buffer.from(one.token, 'hex')).toHaveLength(32)
    expect(one.token).not.toBe(two.token)
    expect(one.socketPath).not.toBe(two.socketPath)
    // A path in the address of a Unix socket has 104 bytes on macOS.
    expect(one.socketPath.length).toBeLessThan(100)
    expect(statSync(dirname(one.socketPath)).mode & 0o777).toBe(0o700)
    targets.remove()
    expect(existsSync(dirname(one.socketPath))).toBe(false)
  })

  it('names a pipe on Windows', () => {
    expect(createTargets('win32').newTarget().socketPath).toMatch(/^\\\\\.\\pipe\\patchbay-[0-9a-f]{16}$/)
  })
})

describe('the options of the program', () => {
  it('uses the same directories as the host', () => {
    for (const environment of [{}, { XDG_DATA_HOME: '/xdg', APPDATA: 'C:\\data' }]) {
      expect(defaultDataDirectory(false, environment)).toBe(hostDefault('patchbay', environment))
      expect(defaultDataDirectory(true, environment)).toBe(hostDefault('patchbay-demo', environment))
    }
  })

  it('finds its own options between those of Electron', () => {
    const args = [
      '--inspect=0',
      '/app',
      '--demo',
      '--data-dir',
      '/data',
      '--lang',
      'de',
      '--attach=http://127.0.0.1:4780',
    ]
    expect(readProgramOptions(args, {})).toEqual({
      demo: true,
      dataDirectory: '/data',
      attach: 'http://127.0.0.1:4780',
    })
  })
})
