import type { Migration } from './migration.ts'

/** What the console tells admins by itself, and probes that resume a webhook when they are answered. */
export const notifications: Migration = {
  number: 141,
  name: 'notifications',
  statements: ({ integer, sequence, strict }) => [
    `CREATE TABLE notifications (
      seq ${sequence},
      organization_id TEXT REFERENCES organizations (id),
      type TEXT NOT NULL, subject_id TEXT NOT NULL, occurrence TEXT NOT NULL,
      data TEXT NOT NULL, count ${integer} NOT NULL, at ${integer} NOT NULL
    )${strict}`,
    `CREATE INDEX notifications_by_organization ON notifications (organization_id, seq)`,
    `CREATE UNIQUE INDEX notifications_by_occurrence ON notifications (type, subject_id, occurrence)`,
    `CREATE TABLE webhook_probes (
      webhook_id TEXT PRIMARY KEY REFERENCES webhooks (id),
      delivery_id TEXT NOT NULL, held_delivery_id TEXT,
      state TEXT NOT NULL CHECK (state IN ('running', 'passed', 'failed', 'timed_out', 'cancelled')),
      started_at ${integer} NOT NULL, started_by TEXT NOT NULL, finished_at ${integer}
    )${strict}`,
    `CREATE INDEX webhook_probes_running ON webhook_probes (webhook_id) WHERE state = 'running'`,
  ],
}
