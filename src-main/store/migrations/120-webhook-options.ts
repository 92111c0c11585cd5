import type { Migration } from './migration.ts'

/** Settings of webhooks as one JSON document; absent ones have their defaults. */
export const webhookOptions: Migration = {
  number: 120,
  name: 'webhook options',
  statements: () => [`ALTER TABLE webhooks ADD COLUMN options TEXT NOT NULL DEFAULT '{}'`],
}
