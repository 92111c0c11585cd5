import type { Migration } from './migration.ts'

/** How long things are kept, how far the last pass came; and erasures, of which the events stay as tombstones. */
export const retention: Migration = {
  number: 180,
  name: 'retention',
  statements: ({ integer, blob, strict, withoutRowid }) => [
    `CREATE TABLE retention (
      organization_id TEXT PRIMARY KEY REFERENCES organizations (id),
      days TEXT NOT NULL, marks TEXT NOT NULL, pruned_at ${integer}, removed TEXT
    )${strict}`,
    `ALTER TABLE events ADD COLUMN erased_at ${integer}`,
    `CREATE TABLE erasures (
      id TEXT PRIMARY KEY,
      organization_id TEXT NOT NULL REFERENCES organizations (id),
      kind TEXT NOT NULL CHECK (kind IN ('event', 'field', 'anywhere')),
      path TEXT, sealed ${blob}, fingerprint TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('running', 'done', 'cancelled')),
      looked ${integer} NOT NULL, erased ${integer} NOT NULL, discarded ${integer} NOT NULL,
      after_id TEXT NOT NULL, before_id TEXT NOT NULL, since ${integer}, looked_until ${integer},
      created_at ${integer} NOT NULL, created_by TEXT NOT NULL, finished_at ${integer},
      CHECK ((state = 'running') = (sealed IS NOT NULL))
    )${strict}`,
    `CREATE INDEX erasures_by_organization ON erasures (organization_id, id)`,
    `CREATE INDEX erasures_running ON erasures (id) WHERE state = 'running'`,
    `CREATE INDEX recoveries_by_end ON recoveries (organization_id, finished_at)`,
    `CREATE INDEX releases_by_end ON releases (organization_id, finished_at)`,
    `CREATE TABLE erased_in_flight (event_id TEXT PRIMARY KEY, at ${integer} NOT NULL)${withoutRowid}`,
  ],
}
