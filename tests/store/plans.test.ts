import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { defaultWebhookOptions } from '#contract/webhook-options.ts'
import { apiKeyWriter } from '#main/store/api-keys.ts'
import { auditReader } from '#main/store/audit.ts'
import { capabilityReader } from '#main/store/capabilities.ts'
import { connectionReader } from '#main/store/connections.ts'
import type { WriteContext } from '#main/store/context.ts'
import { networkRuleReader } from '#main/store/network-rules.ts'
import { overviewReader } from '#main/store/overview.ts'
import { userReader } from '#main/store/users.ts'
import { webhookDeliveryWriter } from '#main/store/webhook-deliveries.ts'
import { webhookProbeReader } from '#main/store/webhook-probes.ts'
import { webhookProtectionReader } from '#main/store/webhook-protection.ts'
import { webhookWriter } from '#main/store/webhooks.ts'
import { plannedDatabase } from './planned.ts'

let database: ReturnType<typeof plannedDatabase>
let context: WriteContext

beforeEach(() => {
  database = plannedDatabase()
  context = { ...database.context, changed: () => {} }
})
afterEach(() => database.close())

/** The plans of the statements, each as lines. Reading a subquery that ran already is no scan of a table. */
const plansOf = async (work: () => Promise<unknown>): Promise<string[][]> =>
  (await database.plansOf(work)).map((plan) => plan.split('\n'))

const tablesScanned = (plans: string[][]): string[] =>
  plans.flat().filter((step) => /^SCAN (?!counted|last|\(subquery)/.test(step))

const both = <T>(value: T): (T | undefined)[] => [undefined, value]

describe('API keys', () => {
  test.each(both('z').flatMap((beforeId) => both('active' as const).map((status) => ({ beforeId, status }))))(
    'are listed along the index of the organization, never sorted: %o',
    async (filter) => {
      const range = filter.beforeId === undefined ? '' : ' AND id<?'
      const plans = await plansOf(() =>
        apiKeyWriter(context).list({ organizationId: 'org', search: 'x', now: 1, limit: 50, ...filter }),
      )
      expect(plans).toEqual([
        [`SEARCH api_keys USING INDEX api_keys_by_organization (organization_id=?${range})`],
      ])
    },
  )

  test('are found by the hash of the secret in one step', async () => {
    const plans = await plansOf(() => apiKeyWriter(context).getBySecretHash(Buffer.alloc(32)))
    expect(plans).toEqual([[expect.stringContaining('(secret_hash=?)')]])
  })

  test('are read and changed by their ids', async () => {
    const keys = apiKeyWriter(context)
    const plans = await plansOf(async () => {
      await keys.get('key')
      await keys.getMany(['key', 'key2'])
      await keys.revoke(['key', 'key2'], 1)
      await keys.recordUses([{ id: 'key', at: 1, address: null, route: 'GET /v1/me' }])
    })
    expect(plans).toHaveLength(4)
    for (const plan of plans) expect(plan).toEqual([expect.stringMatching(/^SEARCH api_keys .*\(id=\?\)$/)])
  })
})

describe('webhooks', () => {
  test.each(both('z').flatMap((beforeId) => [null, 'occ'].map((occasionId) => ({ beforeId, occasionId }))))(
    'are listed along the index of the organization, never sorted: %o',
    async (filter) => {
      const range = filter.beforeId === undefined ? '' : ' AND id<?'
      const plans = await plansOf(() =>
        webhookWriter(context).list({
          organizationId: 'org',
          search: 'x',
          status: 'active',
          failing: true,
          limit: 50,
          ...filter,
        }),
      )
      expect(plans).toEqual([
        [`SEARCH webhooks USING INDEX webhooks_by_organization (organization_id=?${range})`],
      ])
    },
  )

  test('have their secrets, numbers and last error read along indexes', async () => {
    const plans = await plansOf(async () => {
      await webhookWriter(context).listSecrets(['whk', 'whk2'])
      await webhookDeliveryWriter(context).getNumbers(['whk', 'whk2'], 1)
      await overviewReader(context).readLastError('whk')
    })
    expect(plans).toHaveLength(4)
    expect(tablesScanned(plans)).toEqual([])
    expect(plans.flat()).toEqual(
      expect.arrayContaining([
        'SEARCH deliveries USING COVERING INDEX deliveries_due (webhook_id=?)',
        'SEARCH deliveries USING COVERING INDEX deliveries_held (webhook_id=?)',
        'SEARCH attempt_hours USING PRIMARY KEY (webhook_id=? AND hour>?)',
        'SEARCH deliveries USING INDEX deliveries_by_webhook (webhook_id=?)',
      ]),
    )
  })

  test('move their deliveries along the indexes of what waits and what is held', async () => {
    const writer = webhookDeliveryWriter(context)
    const release = {
      webhookId: 'whk',
      reasons: ['paused' as const],
      suspendedOccasionIds: [],
      dueAt: 1,
      afterId: null,
      limit: 9,
    }
    expect(await plansOf(() => writer.release(release))).toEqual([
      ['SEARCH deliveries USING INDEX deliveries_held (webhook_id=? AND id>?)'],
    ])
    expect(await plansOf(() => writer.discardOpen({ webhookId: 'whk', at: 1, limit: 9 }))).toEqual(
      ['deliveries_due', 'deliveries_held'].map((index) => [
        'SEARCH deliveries USING PRIMARY KEY (id=?)',
        'LIST SUBQUERY 1',
        `SEARCH deliveries USING COVERING INDEX ${index} (webhook_id=?)`,
      ]),
    )
  })

  test('tell the first of their order and how many are behind it along the index of ordered deliveries', async () => {
    const { db } = context
    await db
      .insertInto('organizations')
      .values({ id: 'org', name: 'Home', plan: 'pro', created_at: 1 })
      .execute()
    const webhook = { id: 'whk', organizationId: 'org', occasionId: null, name: 'Till', url: 'http://a/' }
    const state = { status: 'active' as const, statusReason: null, statusChangedAt: null }
    const times = { createdAt: 1, createdBy: 'Ada', lastAttemptAt: null, lastSuccessAt: null }
    const options = { ...defaultWebhookOptions, ordered: true }
    const settings = { events: ['*'], timeoutMs: 1, concurrency: 1, scheduleMs: null, options }
    await webhookWriter(context).insert({ ...webhook, ...state, ...settings, ...times })
    const delivery = {
      id: 'dlv',
      organization_id: 'org',
      event_id: 'evt',
      webhook_id: 'whk',
      kind: 'event' as const,
    }
    await db
      .insertInto('deliveries')
      .values({ ...delivery, status: 'waiting', attempts: 1, created_at: 1, due_at: 1, ordered: 1 })
      .execute()
    const held = { ...delivery, id: 'dlu', status: 'held' as const, held_reason: 'paused' as const }
    await db
      .insertInto('deliveries')
      .values({ ...held, attempts: 0, created_at: 1 })
      .execute()
    const release = {
      id: 'rls',
      organization_id: 'org',
      webhook_id: 'whk',
      per_second: 1,
      total: 1,
      released: 0,
    }
    await db
      .insertInto('releases')
      .values({ ...release, state: 'paused', stepped_at: 1, created_at: 1, created_by: 'Ada' })
      .execute()
    const read = () => webhookProtectionReader(context).getMany(['whk'])
    const plans = await plansOf(read)
    expect(plans.flat().filter((step) => step.includes('deliveries'))).toEqual([
      'SEARCH deliveries USING INDEX deliveries_ordered (webhook_id=?)',
      'SEARCH deliveries USING INDEX deliveries_ordered (webhook_id=? AND id>?)',
      'SEARCH deliveries USING COVERING INDEX deliveries_held (webhook_id=? AND id>?)',
    ])
    expect(tablesScanned(plans)).toEqual([])
    await db.updateTable('releases').set({ reason: 'paused' }).execute()
    expect((await plansOf(read)).flat()).toContain(
      'SEARCH deliveries USING COVERING INDEX deliveries_held_by_reason (webhook_id=? AND held_reason=? AND id>?)',
    )
  })

  test('hold and release deliveries along the index of just these', async () => {
    const writer = webhookDeliveryWriter(context)
    const plans = await plansOf(async () => {
      for (const occasionIds of [null, ['occ', 'occ2']]) {
        await writer.countWaiting({ webhookId: 'whk', occasionIds }, 9)
        await writer.hold({ webhookId: 'whk', occasionIds }, 'suspended', 9)
      }
      await writer.releaseSwitchedOff({ webhookId: 'whk', dueAt: 1, limit: 9 })
      await writer.listHeldFor('switched_off')
      await writer.releaseOffline({ webhookId: 'whk', dueAt: () => 1, together: 9, limit: 9 })
      await writer.releaseReplays({ webhookId: 'whk', suspendedOccasionIds: ['occ'], dueAt: 1, limit: 9 })
    })
    expect(plans).toHaveLength(8)
    const reads = plans.flat().filter((step) => step.includes('deliveries') && !step.includes('PRIMARY KEY'))
    expect(reads).toHaveLength(8)
    expect(reads.pop()).toBe('SEARCH deliveries USING INDEX deliveries_held_replays (webhook_id=?)')
    for (const step of reads.slice(0, 4)) {
      expect(step).toBe('SEARCH deliveries USING INDEX deliveries_due (webhook_id=?)')
    }
    expect(reads[4]).toMatch(/^SEARCH deliveries .*COVERING INDEX deliveries_switched_off \(webhook_id=\?\)$/)
    for (const step of reads.slice(5)) {
      expect(step).toMatch(
        /^SEARCH deliveries .*COVERING INDEX deliveries_held_by_reason \(webhook_id=\? AND held_reason=\?\)$/,
      )
    }
  })

  test('find replays that wait along the index of just these', async () => {
    const plans = await plansOf(async () => {
      const writer = webhookDeliveryWriter(context)
      for (const occasionIds of [null, ['occ', 'occ2']]) {
        await writer.countWaiting({ webhookId: 'whk', occasionIds, replays: 'only' }, 9)
        await writer.hold({ webhookId: 'whk', occasionIds, replays: 'only' }, 'suspended', 9)
      }
      await webhookWriter(context).listReplaying('org')
    })
    const reads = plans.flat().filter((step) => step.includes('deliveries') && !step.includes('PRIMARY KEY'))
    expect(reads).toHaveLength(5)
    for (const step of reads) {
      expect(step).toMatch(
        /^SEARCH deliveries (EXISTS )?USING (COVERING )?INDEX deliveries_unguarded \(webhook_id=\?\)$/,
      )
    }
  })

  test('have their probes, and what a probe sends, found along the indexes of what runs and what is held', async () => {
    const plans = await plansOf(async () => {
      await webhookProbeReader(context).listRunning(9)
      await webhookProbeReader(context).findHeld('whk')
    })
    expect(plans).toEqual([
      ['SCAN webhook_probes USING INDEX webhook_probes_running'],
      ['SEARCH deliveries USING INDEX deliveries_held (webhook_id=?)'],
    ])
  })

  test('of a status and organizations with webhooks are found along the index of the organization', async () => {
    const plans = await plansOf(async () => {
      await webhookWriter(context).listOfStatus('org', 'suspended')
      await webhookWriter(context).listOrganizationIds({ afterId: 'org', limit: 9 })
    })
    expect(plans).toEqual([
      ['SEARCH webhooks USING INDEX webhooks_by_organization (organization_id=?)'],
      ['SEARCH webhooks USING INDEX webhooks_by_organization (organization_id>?)'],
    ])
  })

  test('with unfinished work are found without reading the deliveries', async () => {
    const plans = await plansOf(() => webhookDeliveryWriter(context).listUnfinished(['paused']))
    for (const step of plans.flat().filter((line) => line.includes('deliveries'))) {
      expect(step).toMatch(
        /INDEX deliveries_(due|held|held_by_reason) \(webhook_id=\?( AND held_reason=\?)?\)$/,
      )
    }
  })
})

describe.each([null, 'occ'])('the overview of the occasion %s', (occasionId) => {
  const query = { organizationId: 'org', occasionId, since: 1 }

  test('counts deliveries in their partial indexes alone', async () => {
    const plans = await plansOf(() => overviewReader(context).countDeliveries({ ...query, sinceId: 'dlv' }))
    const index = (name: string, range: string) => [
      'CO-ROUTINE counted',
      `SEARCH deliveries USING COVERING INDEX ${name} (organization_id=? AND status=?${range})`,
      'SCAN counted',
    ]
    expect(plans).toEqual([index('deliveries_open', ''), index('deliveries_ended_badly', ' AND id>?')])
  })

  test('reads the hours of the organization and nothing before them', async () => {
    const overview = overviewReader(context)
    const plans = await plansOf(async () => {
      await overview.sumAttempts({ ...query, bucketMs: 60 })
      await overview.readLatency(query)
      await overview.countEvents(query)
    })
    expect(plans.map(([step]) => step)).toEqual([
      'SEARCH attempt_hours USING INDEX attempt_hours_by_organization (organization_id=? AND hour>?)',
      'SEARCH attempt_hours USING INDEX attempt_hours_by_organization (organization_id=? AND hour>?)',
      'SEARCH event_hours USING PRIMARY KEY (organization_id=? AND hour>?)',
    ])
  })

  test('counts webhooks and keys of the organization only', async () => {
    const overview = overviewReader(context)
    const plans = await plansOf(async () => {
      await overview.countActiveWebhooks(query)
      await overview.countActiveApiKeys('org', 1)
    })
    expect(plans).toEqual([
      ['SEARCH webhooks USING INDEX webhooks_by_organization (organization_id=?)'],
      ['SEARCH api_keys USING INDEX api_keys_by_organization (organization_id=?)'],
    ])
  })
})

test('a decision reads the overrides of its place, and not those of all occasions', async () => {
  const { listOverridesAt } = capabilityReader(context)
  const plans = await plansOf(async () => {
    await listOverridesAt('org', null)
    await listOverridesAt('org', 'occ')
  })
  expect(plans).toHaveLength(1)
  for (const plan of plans) {
    expect(plan).toEqual([
      'SEARCH capability_overrides USING INDEX capability_overrides_by_scope (organization_id=? AND <expr>=?)',
    ])
  }
})

test('the status bar reads no table from end to end', async () => {
  const { readStatus } = overviewReader(context)
  const plans = await plansOf(async () => {
    for (const occasionId of [null, 'occ']) await readStatus({ organizationId: 'org', occasionId })
  })
  expect(plans).toHaveLength(6)
  expect(tablesScanned(plans)).toEqual([])
})

test('people, connections, rules and the audit log are read by organization', async () => {
  const plans = await plansOf(async () => {
    await userReader(context).listOfOrganization({
      organizationId: 'org',
      search: 'x',
      after: { name: 'a', id: 'b' },
      limit: 5,
    })
    await connectionReader(context).list({ organizationId: 'org', occasionId: 'occ', limit: 5 })
    await networkRuleReader(context).list('org')
    await auditReader(context).list({ organizationId: 'org', limit: 5 })
  })
  expect(plans).toHaveLength(4)
  expect(tablesScanned(plans)).toEqual([])
  expect(plans.at(-1)).toEqual(['SEARCH audit USING INDEX audit_by_organization (organization_id=?)'])
})
