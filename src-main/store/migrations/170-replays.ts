import type { Migration } from './migration.ts'

/** Deliveries and recoveries that go to another address than that of their webhook. */
export const replays: Migration = {
  number: 170,
  name: 'replays',
  statements: () => [
    'ALTER TABLE deliveries ADD COLUMN replay_url TEXT',
    'ALTER TABLE recoveries ADD COLUMN url TEXT',
  ],
}
