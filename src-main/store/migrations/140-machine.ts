import type { Migration } from './migration.ts'

/** What happened to the machine: jumps of its clock, and times in which nothing could be sent. */
export const machine: Migration = {
  number: 140,
  name: 'machine',
  statements: ({ integer, sequence, strict }) => [
    `CREATE TABLE clock_jumps (seq ${sequence}, at ${integer} NOT NULL, by_ms ${integer} NOT NULL)${strict}`,
    `CREATE TABLE away_periods (
      seq ${sequence}, kind TEXT NOT NULL CHECK (kind IN ('offline', 'asleep', 'stopped')),
      since ${integer} NOT NULL, until ${integer}
    )${strict}`,
    `CREATE UNIQUE INDEX away_periods_open ON away_periods (kind) WHERE until IS NULL`,
    `CREATE INDEX away_periods_by_end ON away_periods (until)`,
  ],
}
