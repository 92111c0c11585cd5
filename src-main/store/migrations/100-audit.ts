import type { Migration } from './migration.ts'

/** The audit log by what people look for, and the sealed end of its chain. */
export const audit: Migration = {
  number: 100,
  name: 'audit',
  statements: ({ integer, blob, strict }) => [
    `DROP INDEX audit_by_organization`,
    `CREATE INDEX audit_by_organization ON audit (organization_id, id)`,
    `CREATE INDEX audit_by_action ON audit (organization_id, action, id)`,
    `CREATE INDEX audit_by_kind ON audit (organization_id, target_kind, id)`,
    `CREATE INDEX audit_by_target ON audit (organization_id, target_id, id)`,
    `CREATE TABLE audit_end (id ${integer} PRIMARY KEY CHECK (id = 1), sealed ${blob} NOT NULL)${strict}`,
  ],
}
