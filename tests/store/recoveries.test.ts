import { afterEach, beforeEach, expect, test } from 'vitest'
import type { WriteContext } from '#main/store/context.ts'
import { recoveryWriter } from '#main/store/recoveries.ts'
import { plannedDatabase } from './planned.ts'

let database: ReturnType<typeof plannedDatabase>
let context: WriteContext
beforeEach(() => {
  database = plannedDatabase()
  context = { ...database.context, changed: () => {} }
})
afterEach(() => database.close())

const stepsOf = async (work: () => Promise<unknown>) =>
  (await database.plansOf(work)).flatMap((plan) => plan.split('\n'))

test('what can be recovered is found along its own index, each with the deliveries of its event alone', async () => {
  const steps = await stepsOf(() =>
    recoveryWriter(context).search({
      webhookId: 'whk',
      statuses: ['exhausted'],
      eventTypes: null,
      afterId: 'a',
      beforeId: 'z',
      limit: 9,
    }),
  )
  expect(steps.filter((step) => /SCAN (?!looked)/.test(step))).toEqual([])
  expect(steps).toContain(
    'SEARCH deliveries USING INDEX deliveries_recoverable (webhook_id=? AND id>? AND id<?)',
  )
  expect(steps.join()).toContain('SEARCH other USING INDEX deliveries_by_event (event_id=?)')
})

test('recoveries are found by what they are asked for, never by reading all', async () => {
  const recoveries = recoveryWriter(context)
  const steps = await stepsOf(async () => {
    await recoveries.listActiveIds({ limit: 9 })
    await recoveries.getOpen('whk')
    await recoveries.list('whk', 9)
    await recoveries.countOutcomes('rcv')
    await recoveries.meanAttemptMs('whk', 'https://example.com/hook')
  })
  expect(steps.slice(0, 3)).toEqual([
    'SEARCH recoveries USING INDEX recoveries_active (id>?)',
    'SEARCH recoveries USING INDEX recoveries_open (webhook_id=?)',
    'SEARCH recoveries USING INDEX recoveries_by_webhook (webhook_id=?)',
  ])
  expect(steps.filter((step) => /SCAN (?!made)/.test(step))).toEqual([])
})
