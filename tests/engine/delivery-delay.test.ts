import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultWebhookOptions } from '#contract/webhook-options.ts'
import { delayOf } from '#main/engine/deliveries/delay.ts'
import type { OrganizationRecord, WebhookProtection, WebhookRecord } from '#main/store/interface.ts'
import { type EngineFixture, engineFixture, startMs } from '../support/engine.ts'
import type { Person } from '../support/makers.ts'

const idOf = (place: number) => `dlv_01h455vb4pex5vsknk084sn0${place}q`
const due = (place: number, dueAt = startMs) => ({ id: idOf(place), dueAt })
const sound: WebhookProtection = {
  breaker: null,
  tokenPause: null,
  throttled: false,
  firstInOrder: null,
  pausedRelease: null,
}
const paused: WebhookProtection = {
  ...sound,
  pausedRelease: { releaseId: 'rls_1', oldestHeldId: idOf(5), reason: 'paused by Ada', waiting: 2 },
}
const open: WebhookProtection = {
  ...paused,
  breaker: { openedAt: startMs - 1, probeAt: startMs + 30_000, failed: 8, requests: 10 },
}
const pausedUntil = startMs + 90_000
const withoutToken: WebhookProtection = {
  ...open,
  tokenPause: { until: pausedUntil, errorClass: 'http', message: 'no' },
}
const causeOf = (...asked: Parameters<typeof delayOf>) => delayOf(...asked)?.cause ?? null

describe('what keeps a waiting delivery', () => {
  it('is a paused release only where it is newer than what that has not released', () => {
    expect([4, 6].map((place) => causeOf(due(place), paused, startMs))).toEqual([null, 'release'])
  })

  it('is one before it in the order that failed, not itself', () => {
    const firstInOrder = { deliveryId: idOf(3), attempts: 1, dueAt: 1, behind: 1 }
    const causes = (attempts: number) =>
      [3, 4].map((place) =>
        causeOf(due(place), { ...sound, firstInOrder: { ...firstInOrder, attempts } }, startMs),
      )
    expect(causes(1)).toEqual([null, 'order'])
    expect(causes(0)).toEqual([null, null])
  })

  it('is the open breaker before the order, until its probe, or while that is under way or late', () => {
    expect(delayOf(due(6), open, startMs)).toEqual({ cause: 'breaker', until: startMs + 30_000 })
    expect(causeOf(due(6), open, startMs + 30_001)).toBe('breaker')
    const probing: WebhookProtection = {
      ...open,
      breaker: open.breaker && { ...open.breaker, probeAt: null },
    }
    expect(delayOf(due(6), probing, startMs)).toEqual({ cause: 'breaker', until: null })
  })

  it('is the open breaker also where it is due only after the probe, with the time of that', () => {
    for (const dueAt of [startMs + 30_001, startMs + 86_400_000])
      expect(delayOf(due(6, dueAt), open, startMs)).toEqual({ cause: 'breaker', until: startMs + 30_000 })
  })

  it('is the limited rate once it is due, and nothing as long as it is not', () => {
    const throttled = { ...sound, throttled: true }
    expect(causeOf(due(3), throttled, startMs)).toBe('throttle')
    expect(causeOf(due(3, startMs + 1), throttled, startMs)).toBeNull()
    expect(causeOf(due(3), sound, startMs)).toBeNull()
  })

  it('is the pause of the token endpoint before all else, while it lasts and where it is due before its end', () => {
    expect(delayOf(due(6), withoutToken, startMs)).toEqual({ cause: 'token', until: pausedUntil })
    expect(causeOf(due(6, pausedUntil), withoutToken, startMs)).not.toBe('token')
    expect(causeOf(due(6), withoutToken, pausedUntil)).toBe('breaker')
  })
})

describe('a webhook whose token endpoint asked to be left alone', () => {
  let world: EngineFixture
  let home: OrganizationRecord
  let owner: Person
  let hook: WebhookRecord
  const pause = { until: pausedUntil, errorClass: 'http', message: 'The token endpoint refuses.' } as const
  const tokenUrl = 'https://login.example/token'
  const authentication = { kind: 'oauth2', tokenUrl, clientId: 'till', scope: null } as const

  beforeEach(async () => {
    world = engineFixture()
    home = await world.organization()
    owner = await world.person(home.id)
    hook = await world.webhook(home.id, { options: { ...defaultWebhookOptions, authentication } })
    await world.store.write((writer) =>
      writer.webhookCredentials.set({
        webhookId: hook.id,
        name: 'clientSecret',
        value: 'first',
        setAt: 1,
        setBy: 'Ada',
      }),
    )
    await keep()
  })
  afterEach(() => world.close())

  const keep = () => world.store.write((writer) => writer.webhookProtection.setTokenPause(hook.id, pause))
  const one = () => ({ organizationId: home.id, webhookId: hook.id })
  const get = () => world.engine.operations.webhooks.get(owner, one())

  it('tells so until the time has come, and its deliveries that they wait for it', async () => {
    const [waiting] = await world.deliveries(hook, 1)
    const [held] = await world.deliveries(hook, 1, { heldReason: 'paused' })
    const { list, get: getDelivery } = world.engine.operations.deliveries
    const delays = async () => {
      const { items } = await list(owner, { organizationId: home.id, limit: 50 })
      return new Map(items.map(({ id, delay }) => [id, delay]))
    }
    const detail = async () =>
      (await getDelivery(owner, { organizationId: home.id, deliveryId: waiting?.id ?? '' })).delay
    expect((await get()).tokenPause).toEqual({ until: pausedUntil, reason: pause.message })
    const delay = { cause: 'token', until: pausedUntil }
    expect(await delays()).toEqual(
      new Map([
        [waiting?.id, delay],
        [held?.id, null],
      ]),
    )
    expect(await detail()).toEqual(delay)
    world.clock.set(pausedUntil)
    expect((await get()).tokenPause).toBeNull()
    expect(await detail()).toBeNull()
  })

  it('keeps no replay waiting, which goes to another address', async () => {
    const [replay] = await world.deliveries(hook, 1, { kind: 'replay' })
    const { get: getDelivery } = world.engine.operations.deliveries
    const { delay } = await getDelivery(owner, { organizationId: home.id, deliveryId: replay?.id ?? '' })
    expect(delay).toBeNull()
  })

  it('is asked again once a person resumes it or changes how it shows itself, not for another setting', async () => {
    const { update, pause: stop, resume } = world.engine.operations.webhooks
    const isPaused = async () => (await get()).tokenPause !== null
    await update(owner, { ...one(), name: 'Another name', timeoutMs: 5_000 })
    await stop(owner, one())
    expect(await isPaused()).toBe(true)
    await resume(owner, one())
    expect(await isPaused()).toBe(false)
    await keep()
    await update(owner, { ...one(), credentials: { clientSecret: 'second' } })
    expect(await isPaused()).toBe(false)
    await keep()
    await update(owner, { ...one(), options: { authentication: { ...authentication, clientId: 'other' } } })
    expect(await isPaused()).toBe(false)
  })
})
