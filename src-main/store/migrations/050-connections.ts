import type { Migration } from './migration.ts'

/** What a connection is made of: configuration, sealed secrets, grants, the latest check; and its history. */
export const connections: Migration = {
  number: 50,
  name: 'connections',
  statements: ({ integer, blob, sequence, strict, withoutRowid }) => [
    `ALTER TABLE connections ADD COLUMN configuration TEXT NOT NULL DEFAULT '{}'`,
    `ALTER TABLE connections ADD COLUMN grants TEXT NOT NULL DEFAULT '[]'`,
    `ALTER TABLE connections ADD COLUMN check_status TEXT CHECK (check_status IN ('ok', 'failing'))`,
    `ALTER TABLE connections ADD COLUMN check_reason TEXT`,
    `ALTER TABLE connections ADD COLUMN checked_at ${integer}`,
    `DROP INDEX connections_by_organization`,
    `CREATE UNIQUE INDEX connections_by_place
      ON connections (organization_id, connector_id, coalesce(occasion_id, '')) WHERE disconnected_at IS NULL`,
    `CREATE INDEX connections_by_occasion
      ON connections (occasion_id, connector_id) WHERE disconnected_at IS NULL AND occasion_id IS NOT NULL`,

    `CREATE TABLE connection_secrets (
      connection_id TEXT NOT NULL REFERENCES connections (id), field TEXT NOT NULL,
      sealed ${blob} NOT NULL, tail TEXT NOT NULL,
      PRIMARY KEY (connection_id, field)
    )${withoutRowid}`,

    `CREATE TABLE connection_history (
      seq ${sequence}, connection_id TEXT NOT NULL,
      organization_id TEXT NOT NULL REFERENCES organizations (id), occasion_id TEXT, connector_id TEXT NOT NULL,
      deed TEXT NOT NULL, at ${integer} NOT NULL, done_by TEXT NOT NULL, detail TEXT NOT NULL
    )${strict}`,
    `CREATE INDEX connection_history_by_organization ON connection_history (organization_id, seq)`,
    `CREATE INDEX connection_history_by_connector ON connection_history (organization_id, connector_id, seq)`,
    `CREATE INDEX connection_history_by_occasion
      ON connection_history (occasion_id, seq) WHERE occasion_id IS NOT NULL`,
  ],
}
