import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { capabilityReader } from '#main/store/capabilities.ts'
import type { WriteContext } from '#main/store/context.ts'
import { operationalReader } from '#main/store/operational.ts'
import { organizationReader } from '#main/store/organizations.ts'
import { platformReader } from '#main/store/platform.ts'
import { userReader } from '#main/store/users.ts'
import { plannedDatabase } from './planned.ts'

let database: ReturnType<typeof plannedDatabase>
let context: WriteContext

beforeEach(() => {
  database = plannedDatabase()
  context = { ...database.context, changed: () => {} }
})
afterEach(() => database.close())

const stepsOf = async (work: () => Promise<unknown>): Promise<string[]> =>
  (await database.plansOf(work)).flatMap((plan) => plan.split('\n'))

describe('across organizations', () => {
  test('organizations are walked along their names, and never sorted', async () => {
    const steps = await stepsOf(() =>
      platformReader(context).pageOrganizations({
        search: 'x',
        troubled: true,
        after: { name: 'a', id: 'org' },
        limit: 50,
      }),
    )
    expect(steps[0]).toBe('SEARCH organizations USING INDEX organizations_by_name (name>?)')
    expect(steps).not.toContainEqual(expect.stringContaining('SCAN'))
    expect(steps).not.toContainEqual('USE TEMP B-TREE FOR ORDER BY')
  })

  test('webhooks are walked by their ids, or along the index of the organization, and never sorted', async () => {
    const page = { search: 'x', failing: true, limit: 50 }
    const all = await stepsOf(() => platformReader(context).pageWebhooks({ ...page, beforeId: 'z' }))
    expect(all[0]).toBe('SEARCH webhooks USING INDEX sqlite_autoindex_webhooks_1 (id<?)')
    const ofOne = await stepsOf(() =>
      platformReader(context).pageWebhooks({ ...page, organizationId: 'org' }),
    )
    expect(ofOne).toContain('SEARCH webhooks USING INDEX webhooks_by_organization (organization_id=?)')
    for (const step of [...all, ...ofOne]) expect(step).not.toMatch(/^SCAN|TEMP B-TREE/)
  })

  test('what a page of organizations has is added up along indexes', async () => {
    const steps = await stepsOf(async () => {
      await platformReader(context).count(['org', 'org2'])
      await platformReader(context).readHealth(['org', 'org2'], { now: 1, soonAt: 2, since: 0 })
    })
    expect(steps.filter((step) => step.startsWith('SCAN'))).toEqual([])
  })
})

describe('what is looked for from time to time', () => {
  const page = { afterId: 'z', limit: 9 }

  test('ended trials, every second, are found in an index that holds nothing else', async () => {
    const steps = await stepsOf(() => capabilityReader(context).listEnded(1, 9))
    expect(steps).toEqual(['SEARCH capability_overrides USING INDEX capability_overrides_by_end (ends_at<?)'])
  })

  test('notices, every second, are read in their order', async () => {
    const steps = await stepsOf(() => operationalReader(context).listNotices(9))
    expect(steps).toEqual(['SCAN operational_notices'])
  })

  test('expiring keys are found by their end', async () => {
    const steps = await stepsOf(() =>
      operationalReader(context).listExpiringKeys({ now: 1, until: 2, toldAs: 'key.expiring', ...page }),
    )
    expect(steps[0]).toBe('SEARCH api_keys USING INDEX api_keys_expiring (expires_at>? AND expires_at<?)')
    expect(steps).not.toContainEqual(expect.stringContaining('SCAN'))
  })

  test('failing webhooks and connections are walked by their ids, and never sorted', async () => {
    const { listFailingWebhooks, listFailingConnections } = operationalReader(context)
    const levels = [
      { since: 1, toldAs: 'webhook.failing.50' },
      { since: 2, toldAs: 'webhook.failing' },
    ]
    const webhooks = await stepsOf(() => listFailingWebhooks({ levels, ...page }))
    expect(webhooks[0]).toBe('SEARCH webhooks USING INDEX sqlite_autoindex_webhooks_1 (id>?)')
    const connections = await stepsOf(() => listFailingConnections({ toldAs: 'connection.failing', ...page }))
    expect(connections[0]).toBe('SEARCH connections USING INDEX sqlite_autoindex_connections_1 (id>?)')
    for (const step of [...webhooks, ...connections]) expect(step).not.toMatch(/^SCAN|TEMP B-TREE/)
  })

  test('the queue is looked at with one seek for each webhook', async () => {
    const steps = await stepsOf(() => operationalReader(context).readDueSince())
    expect(steps).toContain('SEARCH deliveries USING COVERING INDEX deliveries_due (webhook_id=?)')
  })
})

describe('in an organization', () => {
  test('occasions are walked by their start; only those that start together are sorted', async () => {
    const steps = await stepsOf(() =>
      organizationReader(context).pageOccasions({
        organizationId: 'org',
        search: 'x',
        archived: 'no',
        after: { startsAt: 5, id: 'occ' },
        limit: 50,
      }),
    )
    expect(steps[0]).toBe(
      'SEARCH occasions USING INDEX occasions_by_organization (organization_id=? AND starts_at<?)',
    )
    expect(steps.slice(1)).toEqual(['USE TEMP B-TREE FOR LAST TERM OF ORDER BY'])
  })

  test('a person, their roles, their invitation and the other owners are found by ids', async () => {
    const steps = await stepsOf(async () => {
      await userReader(context).getInOrganization('usr', 'org')
      await userReader(context).listOtherOwners('org', 'usr')
    })
    expect(steps.filter((step) => step.startsWith('SCAN'))).toEqual([])
  })
})
