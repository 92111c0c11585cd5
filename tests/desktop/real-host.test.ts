/** The shell's modules and the real engine host: what Electron would run, with plain Node as its utility process. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { forward, type HostTarget } from '#main/shell/forward.ts'
import { createTargets, hostLaunch } from '#main/shell/host-launch.ts'
import { createHostProcess } from '#main/shell/host-process.ts'
import { createSessionJar } from '#main/shell/session-jar.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const serveFile = join(import.meta.dirname, '..', '..', 'src-main', 'serve.ts')
const startLimitMs = 60_000

const newHost = () => {
  const dataDirectory = temporaryDirectory()
  const targets = createTargets(process.platform)
  const children: ChildProcess[] = []
  const host = createHostProcess({
    newTarget: targets.newTarget,
    fork(target) {
      const options = { dataDirectory, demo: false, dataKey: Buffer.alloc(32, 7) }
      const { args, env } = hostLaunch(target, options, process.env)
      const child = spawn(process.execPath, [serveFile, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
      children.push(child)
      return child
    },
    log() {},
  })
  onTestFinished(async () => {
    await host.stop()
    targets.remove()
  })
  return { host, children, dataDirectory }
}

type Host = ReturnType<typeof newHost>['host']

const ready = async (host: Host): Promise<HostTarget> => {
  const target = await host.target(startLimitMs)
  if (target === null) throw new Error(`the host is ${JSON.stringify(host.state())}`)
  return target
}

const answerSchema = z.object({ json: z.unknown() })

it('is set up, survives a kill and stops, over the socket of the shell', { timeout: 180_000 }, async () => {
  const { host, children, dataDirectory } = newHost()
  const jar = createSessionJar(Date.now)
  const call = async (path: string, json?: unknown) => {
    const request = new Request(`app://console/rpc/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'app://console' },
      body: JSON.stringify({ json }),
    })
    const response = await forward(request, await ready(host), jar)
    expect(response.headers.getSetCookie()).toEqual([])
    return answerSchema.parse(await response.json()).json
  }

  host.start()
  expect(await call('session/current')).toMatchObject({ state: 'not_set_up', demo: false })
  await call('session/setUp', {
    organizationName: 'Harbour Hall',
    name: 'Ada',
    email: 'ada@harbourhall.example',
    password: 'correct horse battery',
  })
  expect(await call('session/current')).toMatchObject({ state: 'signed_in' })

  // Another program of this machine that finds the socket has not the token.
  const first = await ready(host)
  if (first.kind !== 'socket') throw new Error(first.kind)
  const stranger = await new Promise<number | undefined>((settle, fail) => {
    const options = {
      socketPath: first.socketPath,
      path: '/rpc/session/current',
      method: 'POST',
      agent: false,
    }
    httpRequest(options, (response) => settle(response.resume().statusCode))
      .on('error', fail)
      .end()
  })
  expect(stranger).toBe(401)

  const gone = new Promise((end) => children[0]?.once('exit', end))
  children[0]?.kill('SIGKILL')
  await gone
  expect(host.state()).toMatchObject({ state: 'restarting', attempt: 1 })
  expect(await call('session/current')).toMatchObject({ state: 'signed_in' })
  expect(children).toHaveLength(2)

  await host.stop()
  expect(children[1]?.exitCode).toBe(0)
  expect(existsSync(join(dataDirectory, 'host.json'))).toBe(false)
})
