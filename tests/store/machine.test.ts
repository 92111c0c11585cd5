import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Store } from '#main/store/interface.ts'
import { clockJumpsMax } from '#main/store/machine.ts'
import { notificationsKept } from '#main/store/notifications.ts'
import { openMemoryStore } from '#main/store/open.ts'
import { testDataKey } from '../support/engine.ts'

let store: Store
beforeEach(() => {
  store = openMemoryStore(testDataKey, 1)
})
afterEach(() => store.close())

describe('jumps of the clock', () => {
  test('are told, the latest first, and the oldest are forgotten', async () => {
    for (let at = 1; at <= clockJumpsMax + 5; at += 1) {
      await store.write((writer) => writer.machine.addClockJump({ at, byMs: -at }))
    }
    expect(await store.read.machine.countClockJumps()).toBe(clockJumpsMax)
    expect(await store.read.machine.listClockJumps(2)).toEqual([
      { at: clockJumpsMax + 5, byMs: -clockJumpsMax - 5 },
      { at: clockJumpsMax + 4, byMs: -clockJumpsMax - 4 },
    ])
  })
})

describe('a time away', () => {
  test('begins once, lasts, ends, and is forgotten after a while', async () => {
    await store.write(async ({ machine }) => {
      await machine.beginAway('offline', 10)
      await machine.beginAway('offline', 20)
      await machine.addAway({ kind: 'asleep', since: 1, until: 5 })
    })
    expect(await store.read.machine.listAway(5)).toEqual([{ kind: 'offline', since: 10, until: null }])
    await store.write(async ({ machine }) => {
      await machine.endAway('offline', 30)
      await machine.endAway('offline', 40)
      await machine.endAway('stopped', 40)
    })
    expect(await store.read.machine.listAway(4)).toEqual([
      { kind: 'asleep', since: 1, until: 5 },
      { kind: 'offline', since: 10, until: 30 },
    ])
    await store.write(({ machine }) => machine.deleteAway(30))
    expect(await store.read.machine.listAway(0)).toEqual([{ kind: 'offline', since: 10, until: 30 }])
  })

  test('is a stop that began at the last sign of life, once it is over', async () => {
    await store.write(async ({ machine }) => {
      await machine.noteRunning(10)
      await machine.noteRunning(20)
    })
    expect(await store.read.machine.listAway(0)).toEqual([])
    await store.write(({ machine }) => machine.endAway('stopped', 50))
    expect(await store.read.machine.listAway(0)).toEqual([{ kind: 'stopped', since: 20, until: 50 }])
  })

  test('does not end before it began when the clock was set back meanwhile', async () => {
    await store.write(async ({ machine }) => {
      await machine.beginAway('offline', 100)
      await machine.endAway('offline', 50)
    })
    expect(await store.read.machine.listAway(0)).toEqual([{ kind: 'offline', since: 100, until: 100 }])
  })
})

describe('notifications', () => {
  const about = { type: 'disk.low', subjectId: 'installation', data: { freeBytes: 1 } }
  const add = (occurrence: string, organizationId: string | null = null) =>
    store.write(({ notifications }) =>
      notifications.add({ ...about, organizationId, occurrence, at: Number(occurrence) }),
    )

  test('count what happens again in the same occurrence', async () => {
    await add('1')
    await add('1')
    await add('2')
    expect(await store.read.notifications.listAll(10)).toMatchObject([
      { count: 1, at: 2 },
      { count: 2, at: 1, organizationId: null, organizationName: null, data: { freeBytes: 1 } },
    ])
  })

  test('are bounded for each organization by itself', async () => {
    const home = { id: 'org_1', name: 'Harbour Hall', plan: 'free', createdAt: 1 } as const
    await store.write(({ organizations }) => organizations.insert(home))
    await add('1', home.id)
    for (let count = 2; count < notificationsKept + 7; count += 1) await add(String(count))
    const all = await store.read.notifications.listAll(notificationsKept * 2)
    expect(all.filter(({ organizationId }) => organizationId === null)).toHaveLength(notificationsKept)
    expect(await store.read.notifications.list(home.id, 10)).toMatchObject([
      { organizationId: home.id, organizationName: 'Harbour Hall' },
    ])
  })
})
