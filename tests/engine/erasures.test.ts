import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ErasureCriterion } from '#contract/erasures.ts'
import { createEngine } from '#main/engine/engine.ts'
import { matcherOf, tellingText } from '#main/engine/erasures/match.ts'
import { eventBody } from '#main/engine/events/body.ts'
import type { DeliveryRecord, OrganizationRecord, WebhookRecord } from '#main/store/interface.ts'
import type { Person } from '../support/makers.ts'
import { refusedWith } from '../support/refused.ts'
import { type QueueFixture, queueFixture, seenAtReconsider } from '../support/work-queue.ts'

const noor = 'noor.haddad@example.com'
const byEmail: ErasureCriterion = { kind: 'field', path: 'data.email', value: noor }

let world: QueueFixture
let home: OrganizationRecord
let hook: WebhookRecord
let owner: Person
beforeEach(async () => {
  world = await queueFixture()
  home = await world.organization()
  hook = await world.webhook(home.id)
  owner = await world.person(home.id)
})
afterEach(() => world.close())

const erasures = () => world.engine.operations.erasures
const at = () => ({ organizationId: home.id })
const plan = (criterion: ErasureCriterion) => erasures().plan(owner, { ...at(), criterion })
const erase = async (criterion: ErasureCriterion) => {
  const { id } = await erasures().start(owner, { ...at(), criterion })
  await world.engine.erasures.runDue()
  return erasures().get(owner, { ...at(), erasureId: id })
}

/** An accepted event with this data and a delivery of it. */
const event = async (
  data: Record<string, unknown>,
  delivery: Partial<DeliveryRecord> = {},
  webhook = hook,
): Promise<DeliveryRecord> => {
  const now = world.clock.now()
  const type = 'attendee.registered'
  const body = eventBody({ type, occurredAt: now, data, occasion: null })
  const id = world.toolbox.ids.next('evt')
  const { organizationId } = webhook
  const made: DeliveryRecord = {
    id: world.toolbox.ids.next('dlv'),
    organizationId,
    occasionId: null,
    eventId: id,
    webhookId: webhook.id,
    kind: 'event',
    status: 'waiting',
    heldReason: null,
    attempts: 0,
    createdAt: now,
    dueAt: now,
    finishedAt: null,
    lastStatusCode: null,
    lastErrorClass: null,
    ...delivery,
  }
  const accepted = { id, organizationId, occasionId: null, type, body, sizeBytes: body.length }
  await world.store.write(async (writer) => {
    const rest = { occurredAt: now, acceptedAt: now, apiKeyId: null, idempotencyKey: noor, test: false }
    await writer.events.insertMany([{ ...accepted, ...rest }])
    await writer.deliveries.insertMany([made])
  })
  return made
}
const ended = { status: 'delivered', dueAt: null, finishedAt: 1 } as const
const eventOf = ({ eventId }: DeliveryRecord) => world.store.read.events.get(eventId)
const statusOf = async ({ id }: DeliveryRecord) => (await world.store.read.deliveries.get(id))?.status

/** Everything that the files of the database hold, as text. */
const onDisk = (): string =>
  [world.path, `${world.path}-wal`]
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, 'latin1'))
    .join('')

describe('what fits', () => {
  const body = JSON.stringify({
    data: { a: [{ mail: 'X@y.example' }, { mail: 'z' }], n: 42, t: 'Grüße, ÉVA', 'k"': true },
  })
  test.each([
    ['data.a.mail', 'x@Y.example', true],
    ['data.a.1.mail', 'z', true],
    ['data.a.0.mail', 'z', false],
    ['data.n', '42', true],
    ['data.n', '4', false],
    ['data.t', 'grüße, éva', true],
    ['data.k"', 'true', true],
    ['data.toString', 'x', false],
    ['data', '42', false],
  ])('in the field %s the value %s: %s', (path, value, fits) => {
    expect(matcherOf({ kind: 'field', path, value })(body)).toBe(fits)
  })
  test.each([
    ['@y.EXAMPLE', true],
    ['42', true],
    ['éva', true],
    ['mail', true],
    ['","', false],
  ])('anywhere the value %s: %s', (value, fits) => {
    expect(matcherOf({ kind: 'anywhere', value })(body)).toBe(fits)
  })
  test.each([
    ['noor@example.com', 'noor@example.com'],
    ['ÉVA Maria', 'VA Maria'],
    ['say "hi"', 'say \\"hi\\"'],
    ['éü', null],
  ])('%s is looked for in the database as %s', (value, text) => {
    expect(tellingText(value)).toBe(text)
  })
})

describe('the dry run', () => {
  test('counts events, deliveries and what would never arrive, and changes nothing', async () => {
    const first = await event({ email: noor }, ended)
    world.clock.advance(1_000)
    const waiting = await event({ email: noor.toUpperCase() })
    await event({ email: 'somebody@else.example' })
    expect(await plan(byEmail)).toEqual({
      looked: 3,
      events: 2,
      deliveries: 2,
      open: 1,
      firstAt: first.createdAt,
      lastAt: waiting.createdAt,
      nextCursor: null,
    })
    expect((await eventOf(first))?.body).toContain(noor)
    expect(await statusOf(waiting)).toBe('waiting')
  })

  test('goes on by its cursor where there are many events', async () => {
    await world.deliveries(hook, 2_525)
    world.clock.advance(1)
    await world.deliveries(hook, 2_525)
    world.clock.advance(1)
    await event({ email: noor })
    const start = await plan(byEmail)
    expect(start).toMatchObject({ looked: 5_000, events: 0 })
    const rest = await erasures().plan(owner, {
      ...at(),
      criterion: byEmail,
      cursor: start.nextCursor ?? undefined,
    })
    expect(rest).toMatchObject({ looked: 51, events: 1, nextCursor: null })
  })
})

describe('an erasure', () => {
  test('leaves a tombstone, and nothing of the value in the files of the database', async () => {
    const one = await event({ email: noor, note: 'x'.repeat(9_000) }, ended)
    const other = await event({ email: 'somebody@else.example' }, ended)
    expect(onDisk()).toContain(noor)
    const erasedAt = world.clock.now()
    expect(await erase(byEmail)).toMatchObject({ state: 'done', looked: 2, erased: 1, discarded: 0 })
    expect(await eventOf(one)).toMatchObject({
      id: one.eventId,
      type: 'attendee.registered',
      body: '{}',
      idempotencyKey: null,
      erasedAt,
    })
    expect(await eventOf(other)).toMatchObject({ erasedAt: null })
    expect(await statusOf(one)).toBe('delivered')
    // The other one has it as its idempotency key.
    await erase({ kind: 'event', eventId: other.eventId })
    expect(onDisk()).not.toContain(noor)
  })

  test('discards what has not ended, and only that', async () => {
    const delivered = await event({ email: noor }, ended)
    const waiting = await event({ email: noor })
    const held = await event({ email: noor }, { status: 'held', heldReason: 'paused', dueAt: null })
    expect(await erase(byEmail)).toMatchObject({ erased: 3, discarded: 2 })
    expect(await statusOf(delivered)).toBe('delivered')
    for (const one of [waiting, held]) expect(await statusOf(one)).toBe('discarded')
    expect((await world.take(hook.id, 5)).deliveries).toEqual([])
  })

  test('has the worker look again at what it took, once it is discarded and only then', async () => {
    await event({ email: noor }, ended)
    const seen = seenAtReconsider(world)
    await erase(byEmail)
    expect(seen).toEqual([])
    await event({ email: noor })
    await world.take(hook.id, 1)
    await erase(byEmail)
    expect(seen).toEqual([['delivered', 'discarded']])
  })

  test('takes what a request brings that was under way', async () => {
    const one = await event({ email: noor })
    const [claimed] = (await world.take(hook.id, 1)).deliveries
    await erase({ kind: 'event', eventId: one.eventId })
    if (claimed === undefined) throw new Error('Nothing was claimed.')
    await world.settle(hook.id, claimed, { kind: 'delivered' }, Buffer.from(`hello ${noor}`))
    const bodies = async () =>
      (await world.store.read.deliveries.listAttempts(one.id)).map(({ responseBody }) => responseBody)
    await world.engine.erasures.runDue()
    expect(await bodies()).toEqual([Buffer.from(`hello ${noor}`)])
    world.clock.advance(60_001)
    await world.engine.erasures.runDue()
    expect(await bodies()).toEqual([null])
  })

  test('leaves other organizations alone, and what is accepted after its start', async () => {
    const other = await world.webhook((await world.organization()).id)
    const elsewhere = await event({ email: noor }, ended, other)
    const { id } = await erasures().start(owner, { ...at(), criterion: byEmail })
    world.clock.advance(1)
    const later = await event({ email: noor })
    await world.engine.erasures.runDue()
    expect(await erasures().get(owner, { ...at(), erasureId: id })).toMatchObject({
      state: 'done',
      erased: 0,
    })
    for (const one of [elsewhere, later]) expect(await eventOf(one)).toMatchObject({ erasedAt: null })
  })

  test('goes on after an interruption, forgets what it looked for, and can be cancelled', async () => {
    for (let index = 0; index < 250; index += 1) await event({ email: noor }, ended)
    const { id } = await erasures().start(owner, { ...at(), criterion: byEmail })
    let rests = 0
    const engine = createEngine({
      ...world.parts,
      newPace: () => async () => {
        rests += 1
        if (rests === 7) engine.interrupt()
      },
    })
    await engine.erasures.runDue()
    const half = await erasures().get(owner, { ...at(), erasureId: id })
    expect(half).toMatchObject({ state: 'running' })
    expect(half.erased).toBeGreaterThan(0)
    expect(half.erased).toBeLessThan(250)
    expect((await world.store.read.erasures.get(id))?.criterion).toEqual(byEmail)
    await world.engine.erasures.runDue()
    expect(await erasures().get(owner, { ...at(), erasureId: id })).toMatchObject({
      state: 'done',
      erased: 250,
    })
    expect((await world.store.read.erasures.get(id))?.criterion).toBeNull()
    const next = await erasures().start(owner, { ...at(), criterion: byEmail })
    expect(await erasures().cancel(owner, { ...at(), erasureId: next.id })).toMatchObject({
      state: 'cancelled',
    })
    await world.engine.erasures.runDue()
    expect(await erasures().list(owner, at())).toMatchObject([{ state: 'cancelled', looked: 0 }, { id }])
  })

  test('is proven in the audit log without the value', async () => {
    await event({ email: noor })
    const { fingerprint } = await erase(byEmail)
    const [salt, hash] = fingerprint.split(':')
    expect(
      createHash('sha256')
        .update(`${salt}\n${JSON.stringify(byEmail)}`)
        .digest('hex'),
    ).toBe(hash)
    const { rows } = await world.store.read.audit.search({ organizationId: home.id, limit: 5 })
    expect(rows.map(({ action, actorKind }) => [action, actorKind])).toEqual([
      ['erasures.finish', 'program'],
      ['erasures.start', 'user'],
    ])
    expect(JSON.parse(rows[0]?.after ?? '')).toMatchObject({
      kind: 'field',
      path: 'data.email',
      fingerprint,
      erased: 1,
      discarded: 1,
      startedBy: owner.principal.name,
    })
    expect(JSON.stringify(rows)).not.toContain(noor)
  })
})

describe('afterwards', () => {
  test('the event cannot be sent again', async () => {
    const one = await event({ email: noor }, ended)
    await erase(byEmail)
    await refusedWith(
      'event_erased',
      world.engine.operations.deliveries.resend(owner, { ...at(), deliveryId: one.id }),
    )
    const elsewhere = { ...at(), deliveryId: one.id, url: 'https://elsewhere.example/' }
    await refusedWith('event_erased', world.engine.operations.deliveries.replay(owner, elsewhere))
  })

  test('a recovery leaves it out', async () => {
    const gone = await event({ email: noor }, { ...ended, status: 'exhausted' })
    const kept = await event({ email: 'b' }, { ...ended, status: 'exhausted' })
    await erase(byEmail)
    const { found } = await world.store.read.recoveries.search({
      webhookId: hook.id,
      statuses: ['exhausted'],
      eventTypes: null,
      afterId: '',
      beforeId: '~',
      limit: 9,
    })
    expect(found.map(({ id }) => id)).toEqual([kept.id])
    expect(gone.id).not.toBe(kept.id)
  })

  test('the console is told when the body went', async () => {
    const one = await event({ email: noor }, ended)
    await erase(byEmail)
    const erasedAt = world.clock.now()
    const { events, deliveries } = world.engine.operations
    expect(await events.get(owner, { ...at(), eventId: one.eventId })).toMatchObject({ erasedAt, body: '{}' })
    expect(await deliveries.get(owner, { ...at(), deliveryId: one.id })).toMatchObject({ erasedAt })
  })
})

test('only who manages the settings may erase', async () => {
  const manager = await world.person(home.id, { workspaceRole: 'manager', organizationRole: 'manager' })
  await refusedWith('role_not_allowed', erasures().start(manager, { ...at(), criterion: byEmail }))
  await refusedWith('role_not_allowed', erasures().plan(manager, { ...at(), criterion: byEmail }))
  await refusedWith('role_not_allowed', erasures().list(manager, at()))
})
