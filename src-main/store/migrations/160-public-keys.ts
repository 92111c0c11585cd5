import type { Migration } from './migration.ts'

/** What a receiver verifies ed25519 signatures with; null for a secret of HMAC. */
export const publicKeys: Migration = {
  number: 160,
  name: 'public keys',
  statements: () => [`ALTER TABLE webhook_secrets ADD COLUMN public_key TEXT`],
}
