import type { Selectable } from 'kysely'
import type { Action } from '#contract/actions.ts'
import type { ErrorCode } from '#contract/errors.ts'
import type { Expected } from '#contract/expectations.ts'
import type { Gate } from '#contract/vocabulary.ts'
import type { ReadContext, WriteContext } from './context.ts'
import type { Tables } from './schema.ts'

/** What a run found of one expectation. */
export interface ExpectationResult {
  id: string
  /** How the subject is called now; as it was called last when it is gone. */
  subjectName: string
  passed: boolean
  decidedBy: Gate | null
  code: ErrorCode | null
  fact: string
}

/** A sentence about access that must stay true, with the result of its latest run. */
export interface ExpectationRecord extends ExpectationResult {
  organizationId: string
  occasionId: string | null
  subjectKind: 'user' | 'api_key'
  subjectId: string
  action: Action
  expected: Expected
  note: string
  createdAt: number
  createdBy: string
  lastRunAt: number
}

export interface ExpectationReader {
  get(id: string): Promise<ExpectationRecord | null>
  /** Of an organization and its occasions, oldest first. */
  list(query: { organizationId: string; limit: number }): Promise<ExpectationRecord[]>
  /** Those that the latest run found failing, oldest first. */
  listFailing(query: { organizationId: string; limit: number }): Promise<ExpectationRecord[]>
  count(organizationId: string): Promise<number>
  countFailing(organizationId: string): Promise<number>
  /** The organizations that have any, in the order of their ids, after `afterId`. */
  listOrganizationIds(query: { afterId?: string; limit: number }): Promise<string[]>
}
export interface ExpectationWriter extends ExpectationReader {
  /** @returns false when there is one already about the same subject, action and place. */
  insert(expectation: ExpectationRecord): Promise<boolean>
  delete(id: string): Promise<void>
  /** Notes that all expectations of an organization ran, and the results that differ from what was known. */
  recordRun(organizationId: string, at: number, changed: readonly ExpectationResult[]): Promise<void>
}

const toExpectation = (row: Selectable<Tables['expectations']>): ExpectationRecord => ({
  id: row.id,
  organizationId: row.organization_id,
  occasionId: row.occasion_id,
  subjectKind: row.subject_kind,
  subjectId: row.subject_id,
  subjectName: row.subject_name,
  action: row.action,
  expected: row.expected,
  note: row.note,
  createdAt: row.created_at,
  createdBy: row.created_by,
  lastRunAt: row.last_run_at,
  passed: row.passed === 1,
  decidedBy: row.decided_by,
  code: row.code,
  fact: row.fact,
})

const resultColumns = ({ subjectName, passed, decidedBy, code, fact }: ExpectationResult) => ({
  subject_name: subjectName,
  passed: passed ? 1 : 0,
  decided_by: decidedBy,
  code,
  fact,
})

export const expectationReader = ({ db }: ReadContext): ExpectationReader => {
  const ofOrganization = (organizationId: string) =>
    db.selectFrom('expectations').where('organization_id', '=', organizationId)
  const countRows = async (rows: ReturnType<typeof ofOrganization>): Promise<number> => {
    const { count } = await rows
      .select((select) => select.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    return count
  }
  return {
    async get(id) {
      const row = await db.selectFrom('expectations').selectAll().where('id', '=', id).executeTakeFirst()
      return row ? toExpectation(row) : null
    },
    async list({ organizationId, limit }) {
      const rows = await ofOrganization(organizationId).selectAll().orderBy('id').limit(limit).execute()
      return rows.map(toExpectation)
    },
    async listFailing({ organizationId, limit }) {
      const rows = await ofOrganization(organizationId)
        .where('passed', '=', 0)
        .selectAll()
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(toExpectation)
    },
    count: (organizationId) => countRows(ofOrganization(organizationId)),
    countFailing: (organizationId) => countRows(ofOrganization(organizationId).where('passed', '=', 0)),
    async listOrganizationIds({ afterId = '', limit }) {
      const rows = await db
        .selectFrom('expectations')
        .select('organization_id')
        .distinct()
        .where('organization_id', '>', afterId)
        .orderBy('organization_id')
        .limit(limit)
        .execute()
      return rows.map((row) => row.organization_id)
    },
  }
}

export const expectationWriter = (context: WriteContext): ExpectationWriter => {
  const { db, changed } = context
  return {
    ...expectationReader(context),
    async insert(expectation) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('expectations')
        .values({
          ...resultColumns(expectation),
          id: expectation.id,
          organization_id: expectation.organizationId,
          occasion_id: expectation.occasionId,
          subject_kind: expectation.subjectKind,
          subject_id: expectation.subjectId,
          action: expectation.action,
          expected: expectation.expected,
          note: expectation.note,
          created_at: expectation.createdAt,
          created_by: expectation.createdBy,
          last_run_at: expectation.lastRunAt,
        })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow()
      if (numInsertedOrUpdatedRows === 0n) return false
      changed('expectations')
      return true
    },
    async delete(id) {
      await db.deleteFrom('expectations').where('id', '=', id).execute()
      changed('expectations')
    },
    async recordRun(organizationId, at, results) {
      await db
        .updateTable('expectations')
        .set({ last_run_at: at })
        .where('organization_id', '=', organizationId)
        .execute()
      for (const result of results) {
        await db
          .updateTable('expectations')
          .set(resultColumns(result))
          .where('id', '=', result.id)
          .where('organization_id', '=', organizationId)
          .execute()
      }
      changed('expectations')
    },
  }
}
