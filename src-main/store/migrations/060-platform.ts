import { platformOrganizationId } from '#contract/ids.ts'
import type { Migration } from './migration.ts'

/**
 * The owner of the platform-scoped webhooks: a row that no list shows. Its name is one that nobody can enter, so that
 * no tenant finds it taken. And what happens that these webhooks tell of.
 */
export const platform: Migration = {
  number: 60,
  name: 'platform',
  statements: ({ integer, sequence, strict, withoutRowid }) => [
    `INSERT INTO organizations (id, name, plan, created_at) VALUES ('${platformOrganizationId}', '', 'free', 0)`,

    `CREATE TABLE operational_notices (
      seq ${sequence}, type TEXT NOT NULL, subject_id TEXT NOT NULL, at ${integer} NOT NULL
    )${strict}`,
    `CREATE TABLE operational_told (
      type TEXT NOT NULL, subject_id TEXT NOT NULL, about ${integer} NOT NULL,
      PRIMARY KEY (type, subject_id)
    )${withoutRowid}`,
    `CREATE INDEX api_keys_expiring ON api_keys (expires_at)
      WHERE expires_at IS NOT NULL AND revoked_at IS NULL`,
  ],
}
