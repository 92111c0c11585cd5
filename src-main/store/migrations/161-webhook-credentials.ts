import type { Migration } from './migration.ts'

/** Passwords, tokens and keys that webhooks show to their receivers, sealed. */
export const webhookCredentials: Migration = {
  number: 161,
  name: 'webhook credentials',
  statements: ({ integer, blob, withoutRowid }) => [
    `CREATE TABLE webhook_credentials (
      webhook_id TEXT NOT NULL REFERENCES webhooks (id), name TEXT NOT NULL,
      sealed ${blob} NOT NULL, set_at ${integer} NOT NULL, set_by TEXT NOT NULL,
      PRIMARY KEY (webhook_id, name)
    )${withoutRowid}`,
  ],
}
