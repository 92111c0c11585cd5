import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type DeliveryStatus, deliveryStatuses, type HeldReason } from '#contract/vocabulary.ts'
import { deliveryReader } from '#main/store/deliveries.ts'
import type { DeliveryQuery } from '#main/store/delivery-list.ts'
import type { DeliveryRecord, WebhookRecord } from '#main/store/interface.ts'
import { type EngineFixture, engineFixture, startMs } from '../support/engine.ts'
import { plannedDatabase } from './planned.ts'

describe('the plan of a list', () => {
  const optional = <T>(value: T): (T | undefined)[] => [undefined, value]
  const choices: (readonly DeliveryStatus[] | undefined)[] = [
    undefined,
    ...deliveryStatuses.map((status) => [status]),
    ['delivered', 'held'],
  ]
  const filters = choices.flatMap((statuses) =>
    optional('whk').flatMap((webhookId) =>
      optional('occ').flatMap((occasionId) =>
        optional('evt').map((eventId) => ({ statuses, webhookId, occasionId, eventId })),
      ),
    ),
  )

  const partialIndexOf = (status: DeliveryStatus | undefined): string =>
    `${status === 'waiting' || status === 'sending' ? 'deliveries_open' : 'deliveries_ended_badly'} (organization_id=? AND status=? AND id<?)`

  const indexOf = ({ statuses, webhookId, occasionId, eventId }: (typeof filters)[number]): string => {
    const isHeld = statuses?.length === 1 && statuses[0] === 'held'
    if (eventId !== undefined) return 'deliveries_by_event (event_id=? AND id<?)'
    if (webhookId !== undefined) {
      return `${isHeld ? 'deliveries_held' : 'deliveries_by_webhook'} (webhook_id=? AND id<?)`
    }
    if (statuses !== undefined && !statuses.includes('delivered')) return partialIndexOf(statuses[0])
    return occasionId === undefined
      ? 'deliveries_by_organization (organization_id=? AND id<?)'
      : 'deliveries_by_occasion (occasion_id=? AND id<?)'
  }

  /** The plan of a page: along `index`, then its rows one by one. */
  const planOf = async (filter: Omit<DeliveryQuery, 'organizationId' | 'limit'>) => {
    const database = plannedDatabase()
    const [list] = await database.plansOf(() =>
      deliveryReader(database.context).list({ organizationId: 'org', beforeId: 'z', ...filter, limit: 50 }),
    )
    database.close()
    return list?.split('\n')
  }
  const along = (...index: readonly unknown[]) => [
    'CO-ROUTINE listed',
    ...index,
    'SCAN listed',
    'SEARCH deliveries USING PRIMARY KEY (id=?)',
    expect.stringMatching(/^SEARCH webhooks USING INDEX \S+ \(id=\?\)$/),
    expect.stringMatching(/^SEARCH events USING INDEX \S+ \(id=\?\)$/),
    'USE TEMP B-TREE FOR ORDER BY',
  ]

  it.each(filters)('for %o walks one index, and sorts no more than a window', async (filter) => {
    expect(await planOf(filter)).toEqual(along(`SEARCH deliveries USING COVERING INDEX ${indexOf(filter)}`))
  })

  it('of several statuses that have a partial index merges their places in it, and sorts none of them', async () => {
    const search = (status: DeliveryStatus) =>
      `SEARCH deliveries USING COVERING INDEX ${partialIndexOf(status)}`
    for (const both of [['waiting', 'sending'] as const, ['exhausted', 'discarded'] as const]) {
      expect(await planOf({ statuses: both })).toEqual(
        along('MERGE (UNION ALL)', 'LEFT', search(both[0]), 'RIGHT', search(both[1])),
      )
    }
  })

  it('of what is held for a reason walks the index of just that', async () => {
    const byReason = 'deliveries_held_by_reason (webhook_id=? AND held_reason=? AND id<?)'
    expect(await planOf({ webhookId: 'whk', heldReason: 'offline' })).toEqual(
      along(`SEARCH deliveries USING COVERING INDEX ${byReason}`),
    )
    expect(await planOf({ heldReason: 'offline' })).toEqual(
      along(`SEARCH deliveries USING COVERING INDEX ${partialIndexOf('held')}`),
    )
  })

  it('of a recovery walks what that has made, if it is of the organization', async () => {
    expect(await planOf({ recoveryId: 'rcv', statuses: ['exhausted', 'discarded'], eventId: 'evt' })).toEqual(
      along(
        'SEARCH recovery_deliveries USING PRIMARY KEY (recovery_id=? AND delivery_id<?)',
        'SCALAR SUBQUERY 1',
        expect.stringMatching(/^SEARCH recoveries USING INDEX \S+ \(id=\?\)$/),
      ),
    )
  })

  it('of a range of times is a range of the index', async () => {
    expect(await planOf({ statuses: ['exhausted'], fromId: 'a' })).toEqual(
      along(
        'SEARCH deliveries USING COVERING INDEX deliveries_ended_badly (organization_id=? AND status=? AND id>? AND id<?)',
      ),
    )
  })

  it('of the single reads is a search too', async () => {
    const database = plannedDatabase()
    const reader = deliveryReader(database.context)
    const plans = await database.plansOf(async () => {
      await reader.get('dlv')
      await reader.listAttempts('dlv')
      await reader.countByEvent(['evt', 'evt2'])
      await reader.listSubscribers('org')
    })
    expect(plans).toHaveLength(4)
    for (const plan of plans) expect(plan).not.toContain('SCAN')
    database.close()
  })
})

describe('deliveries', () => {
  let fixture: EngineFixture
  let organizationId: string
  let webhook: WebhookRecord
  beforeEach(async () => {
    fixture = engineFixture()
    organizationId = (await fixture.organization()).id
    webhook = await fixture.webhook(organizationId)
  })
  afterEach(() => fixture.close())

  const read = () => fixture.store.read.deliveries
  const idsOf = (deliveries: readonly { id: string }[]) => deliveries.map(({ id }) => id)
  const newestFirst = (deliveries: readonly { id: string }[]) => idsOf(deliveries).sort().reverse()
  /** All pages of a list. */
  const walk = async (query: Omit<Parameters<ReturnType<typeof read>['list']>[0], 'organizationId'>) => {
    const pages: string[][] = []
    let beforeId = query.beforeId
    for (;;) {
      const { rows, nextId } = await read().list({ organizationId, ...query, beforeId })
      pages.push(idsOf(rows))
      if (nextId === null) return pages
      beforeId = nextId
    }
  }
  const ended = (status: DeliveryStatus): Partial<DeliveryRecord> => ({
    status,
    dueAt: status === 'waiting' ? startMs : null,
    heldReason: status === 'held' ? 'paused' : null,
  })

  it('come newest first, page by page, each exactly once', async () => {
    const made = await fixture.deliveries(webhook, 25)
    const pages = await walk({ limit: 10 })
    expect(pages.map(({ length }) => length)).toEqual([10, 10, 5])
    expect(pages.flat()).toEqual(newestFirst(made))
  })

  it('end with a full page when nothing is older', async () => {
    await fixture.deliveries(webhook, 20)
    expect((await walk({ limit: 10 })).map(({ length }) => length)).toEqual([10, 10])
  })

  it('are found by each status, however rare it is', async () => {
    const statuses = deliveryStatuses.filter((status) => status !== 'sending')
    const rare = new Map<DeliveryStatus, DeliveryRecord[]>()
    for (const status of statuses) rare.set(status, await fixture.deliveries(webhook, 3, ended(status)))
    const many = await fixture.deliveries(webhook, 700, ended('delivered'))
    for (const status of statuses) {
      const expected = [...(rare.get(status) ?? []), ...(status === 'delivered' ? many : [])]
      for (const filter of [{}, { webhookId: webhook.id }]) {
        expect((await walk({ statuses: [status], limit: 200, ...filter })).flat()).toEqual(
          newestFirst(expected),
        )
      }
    }
    expect((await walk({ statuses: ['sending'], limit: 200 })).flat()).toEqual([])
  })

  it('are found by several statuses at once, newest first over all of them, page by page', async () => {
    const made: DeliveryRecord[] = []
    for (const status of [
      'exhausted',
      'held',
      'discarded',
      'delivered',
      'waiting',
      'exhausted',
      'held',
    ] as const)
      made.push(...(await fixture.deliveries(webhook, 3, ended(status))))
    const sets: DeliveryStatus[][] = [
      ['exhausted', 'discarded'],
      ['waiting', 'sending', 'held'],
      ['held', 'delivered'],
    ]
    for (const statuses of sets) {
      const expected = made.filter(({ status }) => statuses.includes(status))
      for (const filter of [{}, { webhookId: webhook.id }])
        expect((await walk({ statuses, limit: 2, ...filter })).flat()).toEqual(newestFirst(expected))
    }
  })

  it('are found by the reason to hold them, of one webhook or of all', async () => {
    const other = await fixture.webhook(organizationId)
    const heldFor = (of: WebhookRecord, heldReason: HeldReason) =>
      fixture.deliveries(of, 2, { ...ended('held'), heldReason })
    const offline = await heldFor(webhook, 'offline')
    await heldFor(webhook, 'paused')
    const elsewhere = await heldFor(other, 'offline')
    const filter = { heldReason: 'offline', limit: 5 } as const
    expect((await walk({ ...filter, webhookId: webhook.id })).flat()).toEqual(newestFirst(offline))
    expect((await walk(filter)).flat()).toEqual(newestFirst([...offline, ...elsewhere]))
    expect((await walk({ ...filter, statuses: ['waiting'] })).flat()).toEqual([])
  })

  it('are found from an id on', async () => {
    const made = await fixture.deliveries(webhook, 4)
    expect((await walk({ fromId: made[2]?.id, statuses: ['waiting', 'sending'], limit: 5 })).flat()).toEqual(
      newestFirst(made.slice(2)),
    )
  })

  it('are found by webhook, event and occasion together', async () => {
    const gala = await fixture.occasion(organizationId)
    const other = await fixture.webhook(organizationId)
    const [wanted] = await fixture.deliveries(webhook, 1, { occasionId: gala.id })
    await fixture.deliveries(webhook, 2)
    await fixture.deliveries(other, 2, { occasionId: gala.id })
    const filters = { webhookId: webhook.id, eventId: wanted?.eventId, occasionId: gala.id }
    expect((await walk({ ...filters, limit: 5 })).flat()).toEqual([wanted?.id])
    expect((await walk({ occasionId: gala.id, limit: 5 })).flat()).toHaveLength(3)
    expect((await walk({ webhookId: webhook.id, limit: 5 })).flat()).toHaveLength(3)
    expect((await walk({ ...filters, webhookId: other.id, limit: 5 })).flat()).toEqual([])
  })

  it('of another organization are in no list, whatever they are asked by', async () => {
    const foreign = await fixture.webhook((await fixture.organization()).id)
    const [one] = await fixture.deliveries(foreign, 1)
    expect((await walk({ webhookId: foreign.id, limit: 5 })).flat()).toEqual([])
    expect((await walk({ eventId: one?.eventId, limit: 5 })).flat()).toEqual([])
    expect((await walk({ limit: 5 })).flat()).toEqual([])
  })

  it('tell the name and address of their webhook even when it is deleted', async () => {
    const [made] = await fixture.deliveries(webhook, 1)
    await fixture.store.write((writer) => writer.webhooks.delete(webhook.id, startMs + 1))
    expect((await read().list({ organizationId, limit: 5 })).rows).toEqual([
      expect.objectContaining({ id: made?.id, webhookName: webhook.name, url: webhook.url }),
    ])
    expect(await read().get(made?.id ?? '')).toMatchObject({ webhookDeletedAt: startMs + 1 })
  })

  it('are counted by event and status', async () => {
    const [one] = await fixture.deliveries(webhook, 1)
    const [other] = await fixture.deliveries(webhook, 1, ended('held'))
    const eventId = one?.eventId ?? ''
    const again = { ...(one ?? expect.fail('nothing made')), ...ended('delivered') }
    await fixture.store.write((writer) =>
      writer.deliveries.insertMany([
        { ...again, id: fixture.toolbox.ids.next('dlv') },
        { ...again, id: fixture.toolbox.ids.next('dlv') },
      ]),
    )
    const counts = await read().countByEvent([eventId, other?.eventId ?? '', 'evt_none'])
    const none = { waiting: 0, sending: 0, delivered: 0, exhausted: 0, held: 0, discarded: 0 }
    expect(counts).toEqual(
      new Map([
        [eventId, { ...none, waiting: 1, delivered: 2 }],
        [other?.eventId, { ...none, held: 1 }],
      ]),
    )
    expect(await read().countByEvent([])).toEqual(new Map())
  })
})
