import { z } from 'zod'
import type { ConsoleContract } from '#contract/console.ts'
import type { AuditEntry } from '#contract/settings.ts'
import type { AuditRecord } from '#main/store/interface.ts'
import type { Operations } from '../operation.ts'
import { readCursor, toPage } from '../paging.ts'
import type { Toolbox } from '../parts.ts'

const cursorSchema = z.int().min(0)

const fromJson = (text: string | null): unknown => (text === null ? null : JSON.parse(text))

const toEntry = (record: AuditRecord): AuditEntry => ({
  id: record.id,
  at: record.at,
  actorKind: record.actorKind,
  actorName: record.actorName,
  action: record.action,
  targetKind: record.targetKind,
  targetId: record.targetId,
  before: fromJson(record.before),
  after: fromJson(record.after),
  address: record.address,
})

export const createAuditLog = ({ store, access }: Toolbox): Operations<ConsoleContract['audit']> => ({
  async list(caller, { organizationId, cursor, limit }) {
    await access.require(caller, 'audit.view', { organizationId })
    const beforeSeq = readCursor(cursor, cursorSchema)
    const entries = await store.read.audit.list({ organizationId, beforeSeq, limit: limit + 1 })
    return toPage(entries, limit, ({ seq }) => seq, toEntry)
  },
})
