import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Condition, CustomHeader, Shape } from '#contract/webhook-options.ts'
import { type EngineFixture, engineFixture, startMs } from '../support/engine.ts'
import type { Key, Person } from '../support/makers.ts'
import { refusedWith } from '../support/refused.ts'
import { registered } from './event-inputs.ts'

let fixture: EngineFixture
let organizationId: string
let viewer: Person
let till: Key

beforeEach(async () => {
  fixture = engineFixture()
  organizationId = (await fixture.organization()).id
  viewer = await fixture.person(organizationId, { workspaceRole: 'manager', organizationRole: 'member' })
  till = await fixture.key(organizationId)
})
afterEach(() => fixture.close())

interface Sent {
  readonly data?: Record<string, unknown>
  readonly occasionId?: string
}

const send = async ({ data = {}, ...over }: Sent = {}): Promise<string> => {
  const event = { ...registered(), ...over, data: { ...registered().data, ...data } }
  return (await fixture.engine.intake.accept(till, organizationId, event)).id
}
const sendOrder = async (): Promise<string> => {
  const { example = {} } = fixture.parts.eventTypes.list().find(({ name }) => name === 'order.paid') ?? {}
  return (await fixture.engine.intake.accept(till, organizationId, { type: 'order.paid', data: example })).id
}

const previewCondition = (
  condition: Condition | null,
  over: { occasionId?: string; events?: string[] } = {},
) =>
  fixture.engine.operations.webhooks.previewCondition(viewer, {
    organizationId,
    events: [],
    condition,
    ...over,
  })

const previewShape = (
  shape: Shape | null,
  over: { eventId?: string; events?: string[]; headers?: CustomHeader[]; occasionId?: string } = {},
) =>
  fixture.engine.operations.webhooks.previewShape(viewer, {
    organizationId,
    events: [],
    headers: [],
    shape,
    ...over,
  })

describe('the preview of a condition', () => {
  it('tells of the newest events which a webhook would get, and what the condition read', async () => {
    const guest = await send({ data: { category: 'guest' } })
    const press = await send({ data: { category: 'press' } })
    const nobody = await send()
    const { events, matched } = await previewCondition({ 'data.category': { $neq: 'press' } })
    const told = { type: 'attendee.registered', occasionId: null, acceptedAt: startMs }
    expect(events).toEqual([
      { ...told, id: nobody, matched: true, fields: [{ path: 'data.category', value: null }] },
      { ...told, id: press, matched: false, fields: [{ path: 'data.category', value: '"press"' }] },
      { ...told, id: guest, matched: true, fields: [{ path: 'data.category', value: '"guest"' }] },
    ])
    expect(matched).toBe(2)
  })

  it('tells what acceptance then does', async () => {
    const condition = { 'data.category': { $in: ['press', 'staff'] } }
    await fixture.webhook(organizationId, {
      options: { ...(await fixture.webhook(organizationId, { events: ['order.*'] })).options, condition },
    })
    for (const category of ['press', 'guest', 'staff']) await send({ data: { category } })
    const { events } = await previewCondition(condition)
    const { items } = await fixture.engine.operations.events.list(viewer, { organizationId, limit: 50 })
    expect(events.map(({ id, matched }) => [id, matched])).toEqual(
      items.map(({ id, deliveries }) => [id, deliveries.waiting === 1]),
    )
    expect(events.map(({ matched }) => matched)).toEqual([true, false, true])
  })

  it('looks at the events of the patterns and of the occasion alone', async () => {
    const { id: occasionId } = await fixture.occasion(organizationId)
    const there = await send({ occasionId })
    const order = await sendOrder()
    await send()
    const seen = async (over: Parameters<typeof previewCondition>[1]) =>
      (await previewCondition(null, over)).events.map(({ id }) => id)
    expect(await seen({ events: ['order.*', 'ticket.issued'] })).toEqual([order])
    expect(await seen({ occasionId })).toEqual([there])
    expect(await seen({ occasionId, events: ['order.paid'] })).toEqual([])
    expect(await seen({ events: ['*'] })).toHaveLength(3)
  })

  it('leaves tests out, and what is older than a hundred events', async () => {
    const webhook = await fixture.webhook(organizationId)
    await fixture.deliveries(webhook, 101)
    const owner = await fixture.person(organizationId)
    await fixture.engine.operations.webhooks.sendTest(owner, {
      organizationId,
      webhookId: webhook.id,
      eventType: 'order.paid',
    })
    const { events, matched } = await previewCondition(null)
    expect([events.length, matched]).toEqual([100, 100])
    expect(events.every(({ type }) => type === 'attendee.registered')).toBe(true)
  })

  it('leaves out what was erased, however much that is', async () => {
    const kept = await send({ data: { category: 'press' } })
    const erased: string[] = []
    for (let made = 0; made < 101; made += 1) erased.push(await send())
    await fixture.store.write((writer) => writer.erasures.erase(erased, startMs))
    const { events } = await previewCondition({ 'data.category': 'press' })
    expect(events.map(({ id, matched }) => [id, matched])).toEqual([[kept, true]])
    expect((await previewShape(null)).source).toMatchObject({ kind: 'event', eventId: kept })
    await refusedWith('event_erased', previewShape(null, { eventId: erased[0] ?? '' }))
    await fixture.store.write((writer) => writer.erasures.erase([kept], startMs))
    expect((await previewShape(null)).source.kind).toBe('example')
    expect((await previewCondition(null)).events).toEqual([])
    expect(await fixture.store.read.events.getBodies([kept])).toEqual(new Map())
  })

  it('reads no more of large events than is quickly read', async () => {
    for (let made = 0; made < 12; made += 1) await send({ data: { note: 'x'.repeat(200_000) } })
    const { events } = await previewCondition({ 'data.note': { $exists: true } })
    expect(events).toHaveLength(10)
    expect(events[0]?.fields[0]?.value).toHaveLength(80)
  })

  it('is refused for patterns that no event type matches', async () => {
    const { fields } = await refusedWith('invalid', previewCondition(null, { events: ['nobody.knows'] }))
    expect(fields).toEqual([{ path: '/events/0', message: 'No event type matches nobody.knows' }])
  })
})

describe('the preview of a shape', () => {
  const shape: Shape = {
    steps: [
      { kind: 'pick', paths: ['type', 'data.email', 'data.firstName'] },
      { kind: 'mask', path: 'data.email', keep: 3 },
      { kind: 'mask', path: 'data.phone', keep: 0 },
    ],
    contentType: 'form',
  }

  it('shows the newest event before and after, the headers, and the steps that change nothing', async () => {
    await send({ data: { firstName: 'Old' } })
    const eventId = await send({ data: { email: 'a@b.example', firstName: 'Ann' } })
    const headers = [{ name: 'X-Source', value: 'Patchbay at the venue' }]
    const preview = await previewShape(shape, { headers })
    const after = 'type=attendee.registered&data%5Bemail%5D=********ple&data%5BfirstName%5D=Ann'
    expect(preview).toEqual({
      source: { kind: 'event', type: 'attendee.registered', eventId, acceptedAt: startMs },
      before: { contentType: 'json', text: expect.stringContaining('"a@b.example"'), sizeBytes: 155 },
      after: { contentType: 'form', text: after, sizeBytes: after.length },
      problem: null,
      idleSteps: [2],
      headers: {
        'user-agent': 'Patchbay/1',
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': String(after.length),
        'x-source': 'Patchbay at the venue',
      },
    })
    expect(preview.before.sizeBytes).toBe(Buffer.byteLength(preview.before.text))
  })

  it('shows a chosen event, also a test', async () => {
    const eventId = await send({ data: { firstName: 'Old' } })
    await send()
    const preview = await previewShape(null, { eventId })
    expect(preview.source.eventId).toBe(eventId)
    expect(preview.after).toEqual(preview.before)
  })

  it('takes an example while there is no such event, with the occasion in it', async () => {
    const { id: occasionId, name } = await fixture.occasion(organizationId)
    await send()
    const preview = await previewShape(null, { events: ['ticket.*'], occasionId })
    expect(preview.source).toEqual({
      kind: 'example',
      type: 'ticket.issued',
      eventId: null,
      acceptedAt: null,
    })
    expect(JSON.parse(preview.before.text)).toMatchObject({
      type: 'ticket.issued',
      occasion: { id: occasionId, name },
    })
  })

  it('says why nothing would be sent', async () => {
    await send({ data: { note: '%'.repeat(100_000) } })
    const preview = await previewShape({ steps: [], contentType: 'form' })
    expect(preview.after).toBeNull()
    expect(preview.problem).toBe('The shaped body would have more than 256 KiB: nothing was sent.')
    expect(preview.headers).toEqual({})
  })

  it('shows no event of another organization', async () => {
    const other = (await fixture.organization()).id
    const key = await fixture.key(other)
    const { id: eventId } = await fixture.engine.intake.accept(key, other, registered())
    await refusedWith('not_found', previewShape(shape, { eventId }))
  })
})
