import { afterEach, beforeEach, expect, test } from 'vitest'
import { heldReasons } from '#contract/vocabulary.ts'
import type { WriteContext } from '#main/store/context.ts'
import { releaseWriter } from '#main/store/releases.ts'
import { webhookWriter } from '#main/store/webhooks.ts'
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

test('what is held is counted, listed and discarded along its own indexes, and never sorted', async () => {
  const releases = releaseWriter(context)
  const steps = await stepsOf(async () => {
    await releases.countHeld(['whk', 'whk2'], heldReasons)
    await releases.countAllHeld('whk', ['paused'])
    await releases.listHolding('org', null)
    for (const deliveryIds of [null, ['dlv']]) {
      const step = { webhookId: 'whk', reasons: heldReasons, deliveryIds, beforeId: 'z', at: 1, limit: 9 }
      await releases.discardHeld(step)
    }
  })
  expect(steps.filter((step) => /^SCAN (?!counted|asked|6 CONSTANT ROWS)|TEMP B-TREE/.test(step))).toEqual([])
  expect(steps).toEqual(
    expect.arrayContaining([
      'SEARCH deliveries USING COVERING INDEX deliveries_held_by_reason (webhook_id=? AND held_reason=?)',
      'SEARCH deliveries USING INDEX deliveries_held_replays (webhook_id=?)',
    ]),
  )
})

test('releases that run are found without reading those that are over', async () => {
  const releases = releaseWriter(context)
  const steps = await stepsOf(async () => {
    await releases.listRunningIds({ limit: 9 })
    await releases.getOpen('whk')
    await releases.listOpen(['whk', 'whk2'])
    await releases.list('whk', 9)
  })
  expect(steps).toEqual([
    'SEARCH releases USING COVERING INDEX releases_running (id>?)',
    'SEARCH releases USING INDEX releases_open (webhook_id=?)',
    'SEARCH releases USING INDEX releases_open (webhook_id=?)',
    'SEARCH releases USING INDEX releases_by_webhook (webhook_id=?)',
  ])
})

test('secrets whose time is over are found without reading the others', async () => {
  const steps = await stepsOf(() => webhookWriter(context).deleteEndedSecrets(1, 9))
  expect(steps.filter((step) => step.startsWith('SCAN'))).toEqual([])
  expect(steps.join()).toContain('webhook_secrets_by_end (expires_at>? AND expires_at<?)')
})
