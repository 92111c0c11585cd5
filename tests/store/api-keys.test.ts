import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { apiKeyStatuses } from '#contract/vocabulary.ts'
import { apiKeyWriter } from '#main/store/api-keys.ts'
import type { WriteContext } from '#main/store/context.ts'
import { plannedDatabase } from './planned.ts'

let database: ReturnType<typeof plannedDatabase>
let context: WriteContext
beforeEach(() => {
  database = plannedDatabase()
  context = { ...database.context, changed: () => {} }
})
afterEach(() => database.close())

const plansOf = (work: () => Promise<unknown>) => database.plansOf(work)

describe('the plans of API keys', () => {
  test.each(apiKeyStatuses)('list those that are %s along the index of the organization', async (status) => {
    const query = { organizationId: 'org', search: 'x', environment: 'staging' as const, now: 1, limit: 50 }
    expect(await plansOf(() => apiKeyWriter(context).list({ ...query, status, beforeId: 'z' }))).toEqual([
      'SEARCH api_keys USING INDEX api_keys_by_organization (organization_id=? AND id<?)',
    ])
  })

  test('find those that expire by their ends', async () => {
    const query = { organizationId: 'org', now: 1, until: 5, limit: 51 }
    expect(await plansOf(() => apiKeyWriter(context).listExpiring(query))).toEqual([
      'SEARCH api_keys USING INDEX api_keys_by_end (organization_id=? AND expires_at>? AND expires_at<?)',
    ])
  })

  test('read and write the calls of a key by the key and the time', async () => {
    const keys = apiKeyWriter(context)
    const plans = await plansOf(async () => {
      await keys.sumCalls({ apiKeyId: 'key', since: 1, bucketMs: 5 })
      await keys.findCallers({ apiKeyId: 'key', sinceDay: 1, limit: 5 })
    })
    expect(plans[0]).toContain('SEARCH api_key_hours USING PRIMARY KEY (api_key_id=? AND hour>?)')
    expect(plans[1]).toContain('SEARCH api_key_callers USING PRIMARY KEY (api_key_id=? AND day>?)')
  })
})
