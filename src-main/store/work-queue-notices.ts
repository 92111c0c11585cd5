import type Database from 'better-sqlite3'
import { platformOrganizationId } from '#contract/ids.ts'

/**
 * Notes what operational webhooks are told of, in the transaction in which it happens. The engine makes events of it.
 * What happens to the platform's own webhooks is not noted: each failure would beget the next.
 */
export const createNotices = (database: Database.Database) => {
  const insert = database.prepare<[string, string, number]>(noticeTexts.insert)
  return {
    note(
      type: 'webhook.disabled' | 'delivery.exhausted',
      subject: { id: string; organizationId: string },
      at: number,
    ): void {
      if (subject.organizationId !== platformOrganizationId) insert.run(type, subject.id, at)
    },
  }
}

/** The texts; a test asks SQLite for the plan of each. */
export const noticeTexts = {
  insert: 'INSERT INTO operational_notices (type, subject_id, at) VALUES (?, ?, ?)',
} as const
