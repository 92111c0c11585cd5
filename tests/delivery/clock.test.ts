import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ClockWatch } from '#main/delivery/clock-watch.ts'
import type { ClockJump } from '#main/store/interface.ts'
import { type DeliveryWorld, openDeliveryWorld } from './world.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

describe('the watch over the clock', () => {
  const watch = () => {
    const times = { now: 1_000_000, tick: 0 }
    const clock = new ClockWatch({ now: () => times.now, tick: () => times.tick })
    return (passedMs: number, ranMs: number) => {
      times.now += passedMs
      times.tick += ranMs
      return clock.look()
    }
  }

  it('is quiet while both clocks go alike, and about small corrections', () => {
    const look = watch()
    expect([look(1_000, 1_000), look(1_000, 990), look(3_000, 1_000), look(-2_000, 1_000)]).toEqual([
      null,
      null,
      null,
      null,
    ])
  })

  it.each([
    ['a sleep in which the even clock stood still', hourMs, 1_000, hourMs - 1_000],
    ['a clock that was set forwards', minuteMs, 0, minuteMs],
    ['a clock that was set back', -hourMs, 1_000, -hourMs - 1_000],
    ['a sleep in which the even clock ran on', hourMs, hourMs, hourMs],
  ])('notices %s, once', (_, passedMs, ranMs, byMs) => {
    const look = watch()
    expect(look(passedMs, ranMs)).toMatchObject({ byMs })
    expect(look(1_000, 1_000)).toBeNull()
  })
})

describe('after a jump of the clock', () => {
  let world: DeliveryWorld
  let webhookId: string
  beforeEach(async () => {
    world = await openDeliveryWorld()
    ;({ id: webhookId } = await world.webhook())
  })
  afterEach(() => world.close())

  const jump = async (move: ClockJump & { spreadMs?: number }) => {
    const queue = world.queue()
    let steps = 0
    let next = await queue.moveAfterJump({ spreadMs: 30_000, from: null, ...move })
    for (; next !== null && next !== 'busy'; steps += 1) next = await queue.moveAfterJump(next)
    return steps
  }
  const dueOf = (id: string) => world.delivery(id).dueAt ?? Number.NaN

  it('forwards, what became due goes out in its order, spread; what was due before and later stays', async () => {
    const before = world.clock.now()
    const early = await world.deliver(webhookId, { dueAt: before - 1 })
    const first = await world.deliver(webhookId, { dueAt: before + hourMs })
    const last = await world.deliver(webhookId, { dueAt: before + 8 * hourMs })
    const later = await world.deliver(webhookId, { dueAt: before + 9 * hourMs })
    const at = before + 8 * hourMs
    await jump({ at, byMs: 8 * hourMs })
    expect(dueOf(early.id)).toBe(before - 1)
    expect(dueOf(first.id)).toBe(at + 3_750 + 1)
    expect(dueOf(last.id)).toBe(at + 30_000 + 1)
    expect(dueOf(later.id)).toBe(before + 9 * hourMs)
  })

  it('forwards, many are moved in steps, each once', async () => {
    const before = world.clock.now()
    const ids = await world.deliverMany(webhookId, 1_100, { dueAt: before + minuteMs })
    expect(await jump({ at: before + hourMs, byMs: hourMs })).toBe(2)
    expect(new Set(ids.map(dueOf))).toEqual(new Set([before + hourMs + 500 + 1]))
  })

  it('backwards, what was put off by the wrong clock comes back, and nothing else is sooner', async () => {
    const at = world.clock.now()
    const wrong = at + 24 * hourMs
    const due = (createdAt: number, dueAt: number) => world.deliver(webhookId, { createdAt, dueAt })
    const putOff = await due(wrong - 5_000, wrong + 5 * minuteMs)
    const fresh = await due(wrong, wrong)
    const right = await due(at - hourMs, at + hourMs)
    await jump({ at, byMs: at - wrong })
    expect(dueOf(putOff.id)).toBe(at + 5 * minuteMs)
    expect(dueOf(fresh.id)).toBe(at)
    expect(dueOf(right.id)).toBe(at + hourMs)
  })

  it('that nobody saw, what was put off by the wrong clock waits its whole delay from now on', async () => {
    const at = world.clock.now()
    const createdAt = at + 365 * 24 * hourMs
    const putOff = await world.deliver(webhookId, { createdAt, dueAt: createdAt + hourMs })
    await jump({ at, byMs: 0 })
    expect(dueOf(putOff.id)).toBe(at + hourMs)
  })
})

describe('the worker', () => {
  let world: DeliveryWorld
  beforeEach(async () => {
    world = await openDeliveryWorld()
  })
  afterEach(() => world.close())

  it('tells of a jump, spreads what became due, and sends nothing of it before', async () => {
    const jumps: ClockJump[] = []
    const { id: webhookId } = await world.webhook()
    const before = world.clock.now()
    const { id } = await world.deliver(webhookId, { dueAt: before + hourMs, attempts: 1 })
    let next: ClockJump | null = null
    const watch = {
      look() {
        const seen = next
        next = null
        return seen
      },
    }
    const onJump = (jump: ClockJump) => {
      jumps.push(jump)
      world.notice()
    }
    const { loop, until } = await world.startLoop({ watch, onJump })
    world.clock.advance(8 * hourMs)
    next = { at: world.clock.now(), byMs: 8 * hourMs }
    loop.wake()
    await until(() => jumps.length === 1)
    const other = await world.deliver(webhookId, { kind: 'test' })
    loop.wake()
    await until(() => world.delivery(other.id).status === 'exhausted')
    expect(world.delivery(id)).toMatchObject({
      status: 'waiting',
      attempts: 1,
      dueAt: world.clock.now() + 3_751,
    })
  })
})
