import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { OrganizationRecord } from '#main/store/interface.ts'
import { type EngineFixture, engineFixture } from '../support/engine.ts'
import type { Person } from '../support/makers.ts'
import { refusedWith } from '../support/refused.ts'

const dayMs = 24 * 3_600_000

let world: EngineFixture
let home: OrganizationRecord
let owner: Person

beforeEach(async () => {
  world = engineFixture()
  home = await world.organization()
  owner = await world.person(home.id, { name: 'Ada' })
})
afterEach(() => world.close())

const occasions = () => world.engine.operations.occasions
const here = () => ({ organizationId: home.id })
const one = ({ id: occasionId }: { id: string }) => ({ ...here(), occasionId })
const fair = () => ({
  name: 'Winter Fair',
  venue: 'Harbour Hall',
  startsAt: world.clock.now() + dayMs,
  endsAt: world.clock.now() + 3 * dayMs,
})
const create = (over = {}) => occasions().create(owner, { ...here(), ...fair(), ...over })
const list = (over = {}) => occasions().list(owner, { ...here(), limit: 50, archived: 'no', ...over })
const names = async (over = {}) => (await list(over)).items.map(({ name }) => name)
const auditLog = () => world.store.read.audit.list({ organizationId: home.id, limit: 50 })

describe('occasions', () => {
  test('are created, changed, and told with before and after', async () => {
    const made = await create()
    expect(made).toMatchObject({ ...fair(), archivedAt: null, webhooks: 0 })
    const changed = await occasions().update(owner, { ...one(made), name: 'Spring Fair' })
    expect(changed).toEqual({ ...made, name: 'Spring Fair' })
    const [entry] = await auditLog()
    expect(entry).toMatchObject({ action: 'occasions.update', actorName: 'Ada', targetId: made.id })
    expect(JSON.parse(entry?.before ?? '')).toMatchObject({ name: 'Winter Fair' })
    expect(JSON.parse(entry?.after ?? '')).toMatchObject({ name: 'Spring Fair', venue: 'Harbour Hall' })
  })

  test('that are saved as they are change nothing', async () => {
    const made = await create()
    await occasions().update(owner, { ...one(made), ...fair() })
    expect(await auditLog()).toHaveLength(1)
  })

  test('do not end before they start, also where only one end is moved', async () => {
    const { startsAt } = fair()
    await refusedWith('invalid', create({ endsAt: startsAt - 1 }))
    const made = await create({ endsAt: startsAt })
    const error = await refusedWith(
      'invalid',
      occasions().update(owner, { ...one(made), startsAt: startsAt + 1 }),
    )
    expect(error.fields).toMatchObject([{ path: '/endsAt' }])
  })

  test('are listed by their start, the latest first, page by page, also where they start together', async () => {
    const { startsAt } = fair()
    for (const [name, offset] of [
      ['A', 0],
      ['B', 2],
      ['C', 1],
      ['D', 1],
    ] as const) {
      await create({ name, startsAt: startsAt + offset })
    }
    expect(await names()).toEqual(['B', 'D', 'C', 'A'])
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await list({ limit: 1, cursor })
      seen.push(...page.items.map(({ name }) => name))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(seen).toEqual(['B', 'D', 'C', 'A'])
    await refusedWith('malformed', list({ cursor: 'e30' }))
  })

  test('are found by name and venue, and as text only', async () => {
    await create()
    await create({ name: '100 % Jazz', venue: '' })
    expect(await names({ search: 'harbour' })).toEqual(['Winter Fair'])
    expect(await names({ search: '%' })).toEqual(['100 % Jazz'])
  })

  test('tell how many webhooks are theirs', async () => {
    const made = await create()
    const hook = await world.webhook(home.id, { occasionId: made.id })
    await world.webhook(home.id)
    expect((await list()).items).toMatchObject([{ webhooks: 1 }])
    await world.store.write((writer) => writer.webhooks.delete(hook.id, 1))
    expect((await list()).items).toMatchObject([{ webhooks: 0 }])
  })
})

describe('an archived occasion', () => {
  const event = (occasionId: string) =>
    world.engine.intake.accept(owner, home.id, {
      type: 'attendee.registered',
      data: { email: 'visitor@example.com' },
      occasionId,
    })

  test('is listed apart, and comes back', async () => {
    const made = await create()
    const archived = await occasions().archive(owner, one(made))
    expect(archived.archivedAt).toBe(world.clock.now())
    expect(await names()).toEqual([])
    expect(await names({ archived: 'only' })).toEqual(['Winter Fair'])
    expect(await names({ archived: 'all' })).toEqual(['Winter Fair'])
    await occasions().restore(owner, one(made))
    expect(await names()).toEqual(['Winter Fair'])
    expect((await auditLog()).map(({ action }) => action)).toEqual([
      'occasions.restore',
      'occasions.archive',
      'occasions.create',
    ])
  })

  test('keeps the time at which it was archived first', async () => {
    const made = await create()
    const { archivedAt } = await occasions().archive(owner, one(made))
    world.clock.advance(dayMs)
    expect((await occasions().archive(owner, one(made))).archivedAt).toBe(archivedAt)
  })

  test('takes no more events; what was accepted goes on waiting for its turn', async () => {
    const made = await create()
    const hook = await world.webhook(home.id, { occasionId: made.id })
    await event(made.id)
    await occasions().archive(owner, one(made))
    const error = await refusedWith('invalid', event(made.id))
    expect(error.fields).toMatchObject([{ path: '/occasionId' }])
    expect(await world.store.read.webhooks.get(hook.id)).toMatchObject({ status: 'active' })
    const numbers = await world.store.read.webhookDeliveries.getNumbers([hook.id], 0)
    expect(numbers.get(hook.id)).toMatchObject({ waiting: 1, held: 0 })
    await occasions().restore(owner, one(made))
    expect(await event(made.id)).toMatchObject({ deliveries: 1 })
  })
})

describe('who may', () => {
  test('see them, and manage them', async () => {
    const made = await create()
    const manager = await world.person(home.id, { workspaceRole: 'manager', organizationRole: 'manager' })
    const claimed = await world.person(home.id, { source: 'metadata' })
    const staff = await world.person(home.id, { workspaceRole: 'staff' })
    expect((await occasions().list(manager, { ...here(), limit: 50, archived: 'no' })).items).toHaveLength(1)
    await refusedWith('role_not_allowed', occasions().list(staff, { ...here(), limit: 50, archived: 'no' }))
    await refusedWith('role_not_allowed', occasions().archive(manager, one(made)))
    await refusedWith('membership_required', occasions().create(claimed, { ...here(), ...fair() }))
  })

  test('one of another organization is not found, like one that does not exist', async () => {
    const away = await world.organization()
    const theirs = await world.occasion(away.id)
    for (const occasionId of [theirs.id, 'occ_00000000000000000000000000']) {
      const target = { ...here(), occasionId }
      await refusedWith('not_found', occasions().update(owner, { ...target, name: 'Ours' }))
      await refusedWith('not_found', occasions().archive(owner, target))
      await refusedWith('not_found', occasions().restore(owner, target))
    }
    expect(await world.store.read.organizations.getOccasion(theirs.id)).toEqual(theirs)
  })
})
