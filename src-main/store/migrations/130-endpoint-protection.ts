import type { Migration } from './migration.ts'

/**
 * The circuit breaker of each webhook, and its order. `webhooks.ordered`: 0 while what waits is being put in order,
 * then 1. Only deliveries of such webhooks have `ordered`, so the others pay for none of these indexes.
 */
export const endpointProtection: Migration = {
  number: 130,
  name: 'endpoint protection',
  statements: ({ integer }) => [
    `ALTER TABLE webhooks ADD COLUMN breaker_opened_at ${integer}`,
    `ALTER TABLE webhooks ADD COLUMN breaker_probe_at ${integer}`,
    `ALTER TABLE webhooks ADD COLUMN breaker_failed ${integer}`,
    `ALTER TABLE webhooks ADD COLUMN breaker_requests ${integer}`,
    `CREATE INDEX webhooks_breaker_open ON webhooks (id)
      WHERE breaker_opened_at IS NOT NULL AND deleted_at IS NULL`,
    `ALTER TABLE webhooks ADD COLUMN ordered ${integer}`,
    `ALTER TABLE deliveries ADD COLUMN ordered ${integer}`,
    `CREATE INDEX deliveries_ordered ON deliveries (webhook_id, id)
      WHERE ordered = 1 AND status IN ('waiting', 'sending')`,
    `CREATE INDEX deliveries_unguarded ON deliveries (webhook_id, due_at)
      WHERE status = 'waiting' AND kind IN ('test', 'connectivity', 'replay')`,
  ],
}
