import { afterEach, beforeEach, expect, test } from 'vitest'
import type { WriteContext } from '#main/store/context.ts'
import { erasureWriter } from '#main/store/erasures.ts'
import { pruningWriter } from '#main/store/pruning.ts'
import { plannedDatabase } from './planned.ts'

let database: ReturnType<typeof plannedDatabase>
let context: WriteContext
beforeEach(() => {
  database = plannedDatabase()
  context = { ...database.context, changed: () => {} }
})
afterEach(() => database.close())

/** The plans without the reading of what a step has found itself. */
const stepsOf = async (work: () => Promise<unknown>): Promise<string[]> =>
  (await database.plansOf(work))
    .flatMap((plan) => plan.split('\n'))
    .filter(
      (step) =>
        !/^(SCAN (looked|json_each|old|\(subquery)|CO-ROUTINE|LIST SUBQUERY|CORRELATED|REUSE|USE TEMP B-TREE FOR DISTINCT)/.test(
          step,
        ),
    )

const old = { organizationId: 'org', before: 5, limit: 9 }
const along = { ...old, afterId: 'a', beforeId: 'b' }

test('old events are found along their ids, with their deliveries and attempts by these', async () => {
  const steps = await stepsOf(() => pruningWriter(context).pruneEvents(along))
  expect(new Set(steps)).toEqual(
    new Set([
      'SEARCH events USING COVERING INDEX events_by_organization (organization_id=? AND id>? AND id<?)',
      'SEARCH d USING INDEX deliveries_by_event (event_id=?)',
    ]),
  )
})

test('what old deliveries recorded is found along their ids', async () => {
  const writer = pruningWriter(context)
  const steps = await stepsOf(async () => {
    await writer.pruneAttempts(along)
    await writer.countOldAttempts(along)
    await writer.countOldResponseBodies(along)
  })
  expect(new Set(steps)).toEqual(
    new Set([
      'SEARCH d USING INDEX deliveries_by_organization (organization_id=? AND id>? AND id<?)',
      'SEARCH a USING COVERING INDEX attempts_by_delivery (delivery_id=?)',
      'SEARCH a USING INDEX attempts_by_delivery (delivery_id=?)',
    ]),
  )
})

test('old sums and histories are found by organization and age', async () => {
  const writer = pruningWriter(context)
  const steps = await stepsOf(async () => {
    await writer.pruneKeyCalls(old)
    await writer.pruneHourlyCounts(old)
    await writer.pruneConnectionHistory(old)
    await writer.pruneRecoveries(old)
  })
  expect(steps.filter((step) => /^SCAN/.test(step))).toEqual([])
  expect(steps).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^SEARCH h USING .*\(api_key_id=\? AND hour<\?\)$/),
      expect.stringMatching(/^SEARCH c USING .*\(api_key_id=\? AND day<\?\)$/),
      expect.stringMatching(
        /^SEARCH attempt_hours USING .*attempt_hours_by_organization \(organization_id=\? AND hour<\?\)$/,
      ),
      expect.stringMatching(/^SEARCH event_hours USING PRIMARY KEY \(organization_id=\? AND hour<\?\)$/),
      expect.stringMatching(
        /^SEARCH connection_history USING .*connection_history_by_organization \(organization_id=\?\)$/,
      ),
      expect.stringMatching(
        /^SEARCH recoveries USING INDEX recoveries_by_end \(organization_id=\? AND finished_at<\?\)$/,
      ),
      expect.stringMatching(
        /^SEARCH releases USING INDEX releases_by_end \(organization_id=\? AND finished_at<\?\)$/,
      ),
    ]),
  )
})

test('an erasure looks at events along their ids, and changes them by these', async () => {
  const writer = erasureWriter(context)
  const steps = await stepsOf(async () => {
    await writer.look({ organizationId: 'org', afterId: 'a', beforeId: 'b', limit: 9, text: 'x' })
    await writer.erase(['evt'], 1)
    await writer.eraseLate(['evt'])
    await writer.countDeliveries(['evt'])
    await writer.listRunning(5)
    await writer.list('org', 5)
  })
  expect(steps.filter((step) => /^SCAN/.test(step))).toEqual(['SCAN erasures USING INDEX erasures_running'])
})
