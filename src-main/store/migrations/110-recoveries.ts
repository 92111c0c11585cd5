import type { Migration } from './migration.ts'

/** Recoveries with the resends that they made, and what can be recovered, by webhook. */
export const recoveries: Migration = {
  number: 110,
  name: 'recoveries',
  statements: ({ integer, strict, withoutRowid }) => [
    `CREATE TABLE recoveries (
      id TEXT PRIMARY KEY,
      organization_id TEXT NOT NULL REFERENCES organizations (id),
      webhook_id TEXT NOT NULL REFERENCES webhooks (id),
      since ${integer} NOT NULL, until ${integer} NOT NULL,
      statuses TEXT NOT NULL, event_types TEXT,
      state TEXT NOT NULL CHECK (state IN ('canary', 'running', 'paused', 'done', 'cancelled')),
      state_reason TEXT, canary_delivery_id TEXT,
      total ${integer} NOT NULL, queued ${integer} NOT NULL, after_id TEXT NOT NULL, before_id TEXT NOT NULL,
      created_at ${integer} NOT NULL, created_by TEXT NOT NULL, finished_at ${integer}
    )${strict}`,
    `CREATE INDEX recoveries_by_webhook ON recoveries (webhook_id, id)`,
    `CREATE UNIQUE INDEX recoveries_open ON recoveries (webhook_id)
      WHERE state IN ('canary', 'running', 'paused')`,
    `CREATE INDEX recoveries_active ON recoveries (id) WHERE state IN ('canary', 'running')`,
    `CREATE TABLE recovery_deliveries (
      recovery_id TEXT NOT NULL REFERENCES recoveries (id), delivery_id TEXT NOT NULL,
      PRIMARY KEY (recovery_id, delivery_id)
    )${withoutRowid}`,
    `CREATE INDEX deliveries_recoverable ON deliveries (webhook_id, id)
      WHERE status IN ('exhausted', 'discarded')`,
  ],
}
