import type { Migration } from './migration.ts'

/** Releases of what is held, at a rate; and what is held, by webhook and reason. */
export const releases: Migration = {
  number: 90,
  name: 'releases',
  statements: ({ integer, strict }) => [
    `CREATE TABLE releases (
      id TEXT PRIMARY KEY,
      organization_id TEXT NOT NULL REFERENCES organizations (id),
      webhook_id TEXT NOT NULL REFERENCES webhooks (id),
      reason TEXT, per_second ${integer} NOT NULL,
      total ${integer} NOT NULL, released ${integer} NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('running', 'paused', 'done', 'cancelled')), state_reason TEXT,
      after_id TEXT, stepped_at ${integer} NOT NULL,
      created_at ${integer} NOT NULL, created_by TEXT NOT NULL, finished_at ${integer}
    )${strict}`,
    `CREATE INDEX releases_by_webhook ON releases (webhook_id, id)`,
    `CREATE UNIQUE INDEX releases_open ON releases (webhook_id) WHERE state IN ('running', 'paused')`,
    `CREATE INDEX releases_running ON releases (id) WHERE state = 'running'`,
    `CREATE INDEX deliveries_held_by_reason ON deliveries (webhook_id, held_reason, id) WHERE status = 'held'`,
    `ALTER TABLE webhooks ADD COLUMN keeps_held ${integer}`,
  ],
}
