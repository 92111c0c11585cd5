import type { AuditEntry } from '#contract/settings.ts'
import type { ChainedAuditRecord } from '#main/store/interface.ts'

const fromJson = (text: string | null): unknown => (text === null ? null : JSON.parse(text))

/** The entry as people see it. */
export const toEntry = (record: ChainedAuditRecord): AuditEntry => ({
  id: record.id,
  seq: record.seq,
  hash: record.hash.toString('hex'),
  at: record.at,
  actorKind: record.actorKind,
  actorId: record.actorId,
  actorName: record.actorName,
  action: record.action,
  targetKind: record.targetKind,
  targetId: record.targetId,
  before: fromJson(record.before),
  after: fromJson(record.after),
  address: record.address,
})

const columns = [
  'seq',
  'id',
  'at',
  'actorKind',
  'actorId',
  'actorName',
  'action',
  'targetKind',
  'targetId',
  'address',
  'before',
  'after',
  'hash',
] as const satisfies readonly (keyof AuditEntry)[]

/** Spreadsheets run a cell that starts like this as a formula (OWASP, CSV injection). */
const formulaStart = /^[=+\-@\t\r\n]/

const cell = (text: string): string => {
  const safe = formulaStart.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

const texts = (record: ChainedAuditRecord): Record<(typeof columns)[number], string> => ({
  seq: String(record.seq),
  id: record.id,
  at: new Date(record.at).toISOString(),
  actorKind: record.actorKind,
  actorId: record.actorId ?? '',
  actorName: record.actorName,
  action: record.action,
  targetKind: record.targetKind,
  targetId: record.targetId ?? '',
  address: record.address ?? '',
  before: record.before ?? '',
  after: record.after ?? '',
  hash: record.hash.toString('hex'),
})

/** The first line of a CSV file (RFC 4180), with its line break. */
export const csvHeader = `${columns.join()}\r\n`

/** An entry as a line of CSV, with its line break. */
export const toCsvLine = (record: ChainedAuditRecord): string => {
  const values = texts(record)
  return `${columns.map((column) => cell(values[column])).join()}\r\n`
}

/** An entry as a line of JSON (https://jsonlines.org), with its line break. */
export const toJsonLine = (record: ChainedAuditRecord): string => `${JSON.stringify(toEntry(record))}\n`
