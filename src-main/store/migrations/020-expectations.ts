import type { Migration } from './migration.ts'

/** Sentences about access that must stay true, each with the result of its latest run. */
export const expectations: Migration = {
  number: 20,
  name: 'expectations',
  statements: ({ integer, strict }) => [
    `CREATE TABLE expectations (
      id TEXT PRIMARY KEY,
      organization_id TEXT NOT NULL REFERENCES organizations (id),
      occasion_id TEXT REFERENCES occasions (id),
      subject_kind TEXT NOT NULL CHECK (subject_kind IN ('user', 'api_key')),
      subject_id TEXT NOT NULL, subject_name TEXT NOT NULL, action TEXT NOT NULL,
      expected TEXT NOT NULL CHECK (expected IN ('allowed', 'refused')),
      note TEXT NOT NULL, created_at ${integer} NOT NULL, created_by TEXT NOT NULL,
      last_run_at ${integer} NOT NULL, passed ${integer} NOT NULL, decided_by TEXT, code TEXT, fact TEXT NOT NULL
    )${strict}`,
    `CREATE UNIQUE INDEX expectations_by_question
      ON expectations (organization_id, coalesce(occasion_id, ''), subject_id, action)`,
    `CREATE INDEX expectations_by_organization ON expectations (organization_id, id)`,
  ],
}
