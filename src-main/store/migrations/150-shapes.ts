import type { Migration } from './migration.ts'

/** The shapes that webhooks have had, each once. Attempts name theirs in their detail. */
export const shapes: Migration = {
  number: 150,
  name: 'shapes',
  statements: ({ withoutRowid }) => [
    `CREATE TABLE shapes (id TEXT PRIMARY KEY, shape TEXT NOT NULL)${withoutRowid}`,
  ],
}
