import type { Migration } from './migration.ts'

/** Rotation of API keys, and who calls with which key: by hour for charts, by day and caller for consequences. */
export const apiKeys: Migration = {
  number: 70,
  name: 'api-keys',
  statements: ({ integer, withoutRowid }) => [
    `ALTER TABLE api_keys ADD COLUMN replaces TEXT REFERENCES api_keys (id)`,
    `ALTER TABLE api_keys ADD COLUMN replaced_by TEXT REFERENCES api_keys (id)`,
    `CREATE INDEX api_keys_by_end ON api_keys (organization_id, expires_at)
      WHERE expires_at IS NOT NULL AND revoked_at IS NULL`,

    `CREATE TABLE api_key_hours (
      api_key_id TEXT NOT NULL REFERENCES api_keys (id), hour ${integer} NOT NULL,
      calls ${integer} NOT NULL, refused ${integer} NOT NULL,
      PRIMARY KEY (api_key_id, hour)
    )${withoutRowid}`,
    `CREATE INDEX api_key_hours_by_age ON api_key_hours (hour)`,

    `CREATE TABLE api_key_callers (
      api_key_id TEXT NOT NULL REFERENCES api_keys (id), day ${integer} NOT NULL,
      route TEXT NOT NULL, address TEXT NOT NULL,
      calls ${integer} NOT NULL, refused ${integer} NOT NULL, last_at ${integer} NOT NULL,
      PRIMARY KEY (api_key_id, day, route, address)
    )${withoutRowid}`,
    `CREATE INDEX api_key_callers_by_age ON api_key_callers (day)`,
  ],
}
