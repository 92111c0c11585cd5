import type { ConsoleContract } from '#contract/console.ts'
import { auditIdSchema } from '#contract/ids.ts'
import { type AuditFilter, auditExportMax } from '#contract/settings.ts'
import type { AuditQuery, ChainCheck, ChainedAuditRecord } from '#main/store/interface.ts'
import { firstIdAt } from '../ids.ts'
import type { Operations } from '../operation.ts'
import { readCursor, toCursor } from '../paging.ts'
import type { Toolbox } from '../parts.ts'
import { csvHeader, toCsvLine, toEntry, toJsonLine } from './view.ts'

const exportedAtOnce = 500

const earlier = (one: string | undefined, other: string | undefined): string | undefined =>
  one === undefined || (other !== undefined && other < one) ? other : one

/** The filter as the store asks it: times are ranges of ids. */
const toQuery = (
  organizationId: string,
  { since, until, ...filter }: AuditFilter,
  cursor: string | undefined,
): AuditQuery => ({
  organizationId,
  ...filter,
  ...(since !== undefined && { fromId: firstIdAt('aud', since) }),
  beforeId: earlier(
    until === undefined ? undefined : firstIdAt('aud', until),
    readCursor(cursor, auditIdSchema),
  ),
})

/** Between two steps of long work, others have their turn. */
const pause = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

export const createAuditLog = ({ store, access, audit }: Toolbox): Operations<ConsoleContract['audit']> => {
  /** One walk over the chain serves everybody who asks while it goes on. */
  let walking: Promise<ChainCheck> | null = null
  const check = (): Promise<ChainCheck> => {
    walking ??= store.read.audit.check().finally(() => {
      walking = null
    })
    return walking
  }

  /** Entries until there are enough for one call. Each step reads a bounded number of them, too. */
  const collect = async (
    query: AuditQuery,
  ): Promise<{ records: ChainedAuditRecord[]; nextId: string | null }> => {
    const records: ChainedAuditRecord[] = []
    let { beforeId } = query
    for (let step = 0; step < auditExportMax / exportedAtOnce; step += 1) {
      const found = await store.read.audit.search({ ...query, beforeId, limit: exportedAtOnce })
      records.push(...found.rows)
      if (found.nextId === null) return { records, nextId: null }
      beforeId = found.nextId
      await pause()
    }
    return { records, nextId: beforeId ?? null }
  }

  return {
    async list(caller, { organizationId, cursor, limit, ...filter }) {
      await access.require(caller, 'audit.view', { organizationId })
      const query = toQuery(organizationId, filter, cursor)
      const { rows, nextId } = await store.read.audit.search({ ...query, limit })
      return { items: rows.map(toEntry), nextCursor: nextId === null ? null : toCursor(nextId) }
    },

    async choices(caller, { organizationId }) {
      await access.require(caller, 'audit.view', { organizationId })
      return store.read.audit.listNames(organizationId)
    },

    async verify(caller, { organizationId }) {
      await access.require(caller, 'audit.view', { organizationId })
      const { entries, break: found } = await check()
      return { ok: found === null, entries, break: found }
    },

    async export(caller, { organizationId, format, cursor, ...filter }) {
      await access.require(caller, 'audit.view', { organizationId })
      const { records, nextId } = await collect(toQuery(organizationId, filter, cursor))
      if (cursor === undefined) {
        await store.write((writer) =>
          audit.record(writer, caller, {
            action: 'audit.export',
            organizationId,
            targetKind: 'audit',
            targetId: null,
            after: { format, ...filter },
          }),
        )
      }
      const toLine = format === 'csv' ? toCsvLine : toJsonLine
      const header = format === 'csv' && cursor === undefined ? csvHeader : ''
      return {
        text: header + records.map(toLine).join(''),
        entries: records.length,
        nextCursor: nextId === null ? null : toCursor(nextId),
      }
    },
  }
}
