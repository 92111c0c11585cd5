import type { Migration } from './migration.ts'

/** How far an erasure is, is told by what it has come to: a share of the time since the first event misled. */
export const erasuresUntil: Migration = {
  number: 240,
  name: 'erasures_until',
  statements: () => ['ALTER TABLE erasures DROP COLUMN since'],
}
