import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { getPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Topic } from '#contract/live.ts'
import {
  type DeliveryWorker,
  type DeliveryWorkerOptions,
  startDeliveryWorker,
} from '#main/delivery/client.ts'
import { givenWay } from '#main/store/giving-way.ts'
import { testDataKey } from '../support/engine.ts'
import { readBody, startHttp } from './receivers.ts'
import { type DeliveryWorld, openDeliveryWorld } from './world.ts'

let world: DeliveryWorld
let worker: DeliveryWorker | undefined
beforeEach(async () => {
  world = await openDeliveryWorld()
  world.clock.set(Date.now())
})
afterEach(async () => {
  await worker?.stop()
  await world.close()
})

/** Starts the worker on the database of the world; it must not die. */
const startWorker = (over: Partial<DeliveryWorkerOptions> = {}): DeliveryWorker => {
  worker = startDeliveryWorker({
    databasePath: world.path,
    turnMemory: world.store.turnMemory,
    dataKey: testDataKey,
    network: world.network,
    onChange: () => {},
    onTrouble: () => {},
    onDeath: (error) => expect(error).toBeNull(),
    ...over,
  })
  return worker
}

/** Resolves when `seen` says so; asked at every call of `look`. */
const watch = () => {
  let waiting: (() => void)[] = []
  return {
    look: () => {
      for (const one of waiting) one()
    },
    until: (seen: () => boolean) =>
      new Promise<void>((resolve) => {
        const ask = () => {
          if (!seen()) return
          waiting = waiting.filter((one) => one !== ask)
          resolve()
        }
        waiting.push(ask)
        ask()
      }),
  }
}

/** Priorities of the threads of this process with that name: 0 is that of most, more is less. Source: proc(5). */
const prioritiesOf = (name: string): number[] =>
  readdirSync('/proc/self/task')
    .map((id) => readFileSync(`/proc/self/task/${id}/stat`, 'utf8'))
    .filter((stat) => stat.includes(` (${name}) `))
    .map((stat) => Number(stat.split(') ')[1]?.split(' ')[16]))

describe('the delivery thread', () => {
  it('delivers, tells what has changed, and ends when it is told to', async () => {
    const received: string[] = []
    const receiver = await startHttp(async (request, response) => {
      received.push((await readBody(request)).toString())
      response.end('ok')
    })
    await world.allow('127.0.0.1')
    const { id: webhookId } = await world.webhook({ url: `http://127.0.0.1:${receiver.port}/` })
    const { look, until } = watch()
    const topics = new Set<Topic>()
    const worker = startWorker({
      onChange(changed) {
        for (const topic of changed) topics.add(topic)
        look()
      },
      onTrouble: (trouble) => expect(trouble).toBeNull(),
    })
    expect(worker.state()).toBe('starting')
    const first = await world.deliver(webhookId)
    worker.wake()
    await until(() => world.delivery(first.id).status === 'delivered')
    expect(worker.state()).toBe('running')
    const second = await world.deliver(webhookId)
    worker.wake()
    await until(() => world.delivery(second.id).status === 'delivered')
    expect(received).toHaveLength(2)
    expect([...topics]).toEqual(['deliveries'])

    await worker.stop()
    expect(worker.state()).toBe('stopped')
    const third = await world.deliver(webhookId)
    worker.wake()
    expect(world.delivery(third.id).status).toBe('waiting')
    await receiver.close()
  })

  it.runIf(process.platform === 'linux')(
    'gives way to the host, whose thread stays what it was',
    async () => {
      const before = getPriority()
      const worker = startWorker()
      await vi.waitFor(() => expect(worker.state()).toBe('running'), { timeout: 20_000 })
      expect(prioritiesOf('delivery')).toEqual([before + givenWay])
      expect(getPriority()).toBe(before)
    },
  )

  it('notices by itself what another process has queued', async () => {
    const receiver = await startHttp((_, response) => void response.end())
    await world.allow('127.0.0.1')
    const { id: webhookId } = await world.webhook({ url: `http://127.0.0.1:${receiver.port}/` })
    const { look, until } = watch()
    startWorker({ onChange: look })
    const { id } = await world.deliver(webhookId)
    await until(() => world.delivery(id).status === 'delivered')
    await receiver.close()
  })

  it('tells that a token endpoint asks to be left alone', async () => {
    const endpoint = await startHttp((_, response) => {
      response.writeHead(429, { 'retry-after': '3600' }).end()
    })
    await world.allow('127.0.0.1')
    const tokenUrl = `http://127.0.0.1:${endpoint.port}/token`
    const authentication = { kind: 'oauth2', tokenUrl, clientId: 'till', scope: null } as const
    const { id } = await world.webhook()
    await world.configure(id, { authentication }, { clientSecret: 'secret' })
    await world.deliver(id)
    const told = await new Promise((resolve) => {
      startWorker({ onTokenPause: (webhookId, pause) => resolve([webhookId, pause]) })
    })
    const message = 'The token endpoint refuses to give a token (429).'
    expect(told).toEqual([id, { until: expect.any(Number), errorClass: 'http', message }])
    await endpoint.close()
  })

  it('is started again when it dies, each time a little later', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'patchbay-empty-'))
    const { look, until } = watch()
    const deaths: [string, number][] = []
    const worker = startWorker({
      databasePath: join(directory, 'empty.db'),
      onDeath(error, restartInMs) {
        deaths.push([error.message, restartInMs])
        look()
      },
    })
    await until(() => deaths.length === 2)
    expect(deaths).toEqual([
      [expect.stringContaining('no such table'), 100],
      [expect.stringContaining('no such table'), 500],
    ])
    expect(worker.state()).toBe('stopped')
    await worker.stop()
    rmSync(directory, { recursive: true })
  })
})
