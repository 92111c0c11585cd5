import type { Migration } from './migration.ts'

/** Until when the token endpoint of a webhook wants to be left alone, and what it has answered. */
export const tokenPauses: Migration = {
  number: 220,
  name: 'token_pauses',
  statements: ({ integer }) => [
    `ALTER TABLE webhooks ADD COLUMN token_paused_until ${integer}`,
    'ALTER TABLE webhooks ADD COLUMN token_error_class TEXT',
    'ALTER TABLE webhooks ADD COLUMN token_error_message TEXT',
    `CREATE INDEX webhooks_token_paused ON webhooks (token_paused_until)
      WHERE token_paused_until IS NOT NULL AND deleted_at IS NULL`,
  ],
}
