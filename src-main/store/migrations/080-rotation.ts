import type { Migration } from './migration.ts'

/** Trials that only the newest secret signs, and secrets whose time is over, found without reading the others. */
export const rotation: Migration = {
  number: 80,
  name: 'rotation',
  statements: () => [
    `ALTER TABLE deliveries ADD COLUMN signed_with TEXT CHECK (signed_with IN ('newest'))`,
    `CREATE INDEX webhook_secrets_by_end ON webhook_secrets (expires_at) WHERE expires_at IS NOT NULL`,
  ],
}
