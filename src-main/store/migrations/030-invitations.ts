import type { Migration } from './migration.ts'

/** People who were invited and have no password yet. */
export const invitations: Migration = {
  number: 30,
  name: 'invitations',
  statements: ({ integer }) => [
    `ALTER TABLE users ADD COLUMN invited_at ${integer}`,
    `CREATE INDEX sign_in_codes_by_user ON sign_in_codes (user_id)`,
  ],
}
