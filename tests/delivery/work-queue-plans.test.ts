import { afterEach, beforeEach, expect, it } from 'vitest'
import { tokenPauseText } from '#main/store/token-pauses.ts'
import { breakerTexts } from '#main/store/work-queue-breakers.ts'
import { claimTexts } from '#main/store/work-queue-claims.ts'
import { numberTexts } from '#main/store/work-queue-numbers.ts'
import { orderTexts } from '#main/store/work-queue-order.ts'
import { settlingTexts } from '#main/store/work-queue-settling.ts'
import { type DeliveryWorld, openDeliveryWorld } from './world.ts'

let world: DeliveryWorld
beforeEach(async () => {
  world = await openDeliveryWorld()
})
afterEach(() => world.close())

const rows = '(?), (?)'
const texts: [string, string, RegExp][] = [
  ['nextWebhook', claimTexts.nextWebhook, /USING (COVERING )?INDEX deliveries_due \(webhook_id>\?\)/],
  ['waiting', claimTexts.waiting, /USING COVERING INDEX deliveries_due \(webhook_id=\?\)/],
  [
    'nextUnguarded',
    claimTexts.nextUnguarded,
    /USING (COVERING )?INDEX deliveries_unguarded \(webhook_id>\?\)/,
  ],
  ['unguarded', claimTexts.unguarded, /USING INDEX deliveries_unguarded \(webhook_id=\?\)/],
  ['line', orderTexts.line, /USING INDEX deliveries_ordered \(webhook_id=\?\)/],
  ['waits', orderTexts.waits, /USING INDEX deliveries_due \(webhook_id=\?\)/],
  [
    'unplaced',
    orderTexts.unplaced,
    /USING COVERING INDEX deliveries_due \(webhook_id=\? AND \(due_at,id\)>\(\?,\?\)\)/,
  ],
  ['place', orderTexts.place, /SEARCH deliveries USING PRIMARY KEY/],
  ['placeSending', orderTexts.placeSending, /USING (COVERING )?INDEX deliveries_leased/],
  ['ordered', orderTexts.webhook, /SEARCH webhooks USING INDEX sqlite_autoindex_webhooks_1/],
  ['ready', orderTexts.ready, /SEARCH webhooks USING INDEX sqlite_autoindex_webhooks_1/],
  ['breaker', breakerTexts.write, /SEARCH webhooks USING INDEX sqlite_autoindex_webhooks_1/],
  ['breakers', breakerTexts.list, /USING INDEX webhooks_breaker_open/],
  ['tokenPauses', tokenPauseText, /USING INDEX webhooks_token_paused \(token_paused_until>\?\)/],
  ['recent', breakerTexts.recent, /SEARCH a USING INTEGER PRIMARY KEY \(rowid>\?\)/],
  ['deliveries', claimTexts.deliveries, /SEARCH e USING INDEX sqlite_autoindex_events_1 \(id=\?\)/],
  ['mark', claimTexts.mark, /SEARCH deliveries USING PRIMARY KEY/],
  ['giveBack', claimTexts.giveBack, /SEARCH deliveries USING PRIMARY KEY/],
  ['hold', claimTexts.hold, /USING INDEX deliveries_due \(webhook_id=\?\)/],
  ['due', claimTexts.due, /USING INDEX deliveries_due \(webhook_id=\? AND due_at<\?\)/],
  ['holdOffline', claimTexts.holdOffline, /SEARCH deliveries USING PRIMARY KEY/],
  ['discard', claimTexts.discard, /USING COVERING INDEX deliveries_due \(webhook_id=\?\)/],
  ['unwantedByInactive', claimTexts.unwantedByInactive, /USING INDEX deliveries_due \(webhook_id=\?\)/],
  ['unwantedByGone', claimTexts.unwantedByGone, /USING COVERING INDEX deliveries_due \(webhook_id=\?\)/],
  ['recover', claimTexts.recover, /USING INDEX deliveries_leased/],
  ['webhook', claimTexts.webhook, /SEARCH webhooks USING INDEX sqlite_autoindex_webhooks_1/],
  ['secrets', claimTexts.secrets, /USING INDEX webhook_secrets_by_webhook/],
  ['credential', claimTexts.credential, /SEARCH webhook_credentials USING PRIMARY KEY/],
  ['rules', claimTexts.rules, /USING COVERING INDEX network_rules_by_target/],
  ['switchedOff', claimTexts.switchedOff, /USING PRIMARY KEY \(name=\?\)/],
  ['deliver', settlingTexts.deliver(rows), /SEARCH deliveries USING PRIMARY KEY/],
  ['fail', settlingTexts.fail, /SEARCH deliveries USING PRIMARY KEY/],
  ['note', settlingTexts.note, /SEARCH deliveries USING PRIMARY KEY/],
  ['exists', settlingTexts.exists, /SEARCH deliveries USING PRIMARY KEY/],
  ['numbers', numberTexts.webhook, /SEARCH webhooks USING INDEX sqlite_autoindex_webhooks_1/],
  ['count', numberTexts.count, /SEARCH webhooks USING INDEX sqlite_autoindex_webhooks_1/],
  ['disableGone', numberTexts.disableGone, /SEARCH webhooks USING INDEX sqlite_autoindex_webhooks_1/],
  ['hour', numberTexts.hour, /USING PRIMARY KEY/],
]
it.each(texts)('the query %s of the work queue searches, and sorts nothing', (name, text, plan) => {
  const parameters = Array(text.split('?').length - 1).fill(null)
  const steps = world.database
    .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${text}`)
    .all(...parameters)
    .map(({ detail }) => detail)
    .join('\n')
  expect(steps).toMatch(plan)
  // The secrets of one webhook are a handful.
  if (name !== 'secrets') expect(steps).not.toMatch(/TEMP B-TREE FOR ORDER BY/)
  expect(steps).not.toMatch(/SCAN (deliveries|events|webhooks|attempts|d|e)\b(?! USING)/)
})
