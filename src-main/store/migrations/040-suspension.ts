import type { Migration } from './migration.ts'

/** Ends of trials that were noticed, and what a switch held, found without looking at anything else. */
export const suspension: Migration = {
  number: 40,
  name: 'suspension',
  statements: ({ integer }) => [
    `ALTER TABLE capability_overrides ADD COLUMN end_recorded_at ${integer}`,
    `CREATE INDEX capability_overrides_by_end ON capability_overrides (ends_at)
      WHERE ends_at IS NOT NULL AND end_recorded_at IS NULL`,
    `CREATE INDEX deliveries_switched_off ON deliveries (webhook_id, id) WHERE held_reason = 'switched_off'`,
  ],
}
