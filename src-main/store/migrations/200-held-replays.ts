import type { Migration } from './migration.ts'

/** Replays that are held: few, beside millions of others that may be. */
export const heldReplays: Migration = {
  number: 200,
  name: 'held_replays',
  statements: () => [
    `CREATE INDEX deliveries_held_replays ON deliveries (webhook_id, id) WHERE kind = 'replay' AND status = 'held'`,
  ],
}
