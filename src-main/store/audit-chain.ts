import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { z } from 'zod'
import type { AuditRecord } from './audit.ts'
import type { ReadContext, WriteContext } from './context.ts'
import { StoreError } from './errors.ts'

/**
 * Every entry carries SHA-256 over the hash of the one before and its own fields, and the number and hash of the
 * last one are sealed with the data key. So the check finds what was altered, removed, added or reordered by anybody
 * who has the file and not the key, a chain that was computed anew and a cut-off end included.
 *
 * It cannot find that the whole file was replaced by an earlier copy of itself, nor that everything, the end
 * included, was deleted and begun anew; and it protects nothing from whoever has the data key. An export that was
 * put away elsewhere shows these: it holds the numbers and hashes of its entries.
 */

/** A place in the chain: the number and hash of an entry, or where it begins. */
export interface Link {
  readonly seq: number
  readonly hash: Buffer
}

export const beginning: Link = { seq: 0, hash: Buffer.alloc(32) }

/** What the walk over the chain found. */
export interface ChainCheck {
  /** The entries that fit. */
  entries: number
  /** The first thing that does not fit; `at` (Unix ms) is the time of that entry, null when there is none. */
  break: { seq: number; at: number | null; reason: string } | null
}

/** SHA-256 over the hash before and the fields in a fixed order, each as JSON so that borders are clear. */
export const hashOf = (previous: Buffer, record: AuditRecord): Buffer =>
  createHash('sha256')
    .update(previous)
    .update(
      JSON.stringify([
        record.id,
        record.at,
        record.organizationId,
        record.actorKind,
        record.actorId,
        record.actorName,
        record.action,
        record.targetKind,
        record.targetId,
        record.before,
        record.after,
        record.address,
      ]),
    )
    .digest()

const cipherContext = 'audit_end'
const endSchema = z.tuple([z.int().min(0), z.base64()])

/** The sealed end; `broken` when the seal is not one that our data key made. */
type End = Link | 'missing' | 'broken'

const readEnd = async ({ db, cipher }: ReadContext): Promise<End> => {
  const row = await db.selectFrom('audit_end').select('sealed').executeTakeFirst()
  if (row === undefined) return 'missing'
  try {
    const [seq, hash] = endSchema.parse(JSON.parse(cipher.open(row.sealed, cipherContext)))
    return { seq, hash: Buffer.from(hash, 'base64') }
  } catch (error) {
    if (error instanceof StoreError) return 'broken'
    throw error
  }
}

const writeEnd = async ({ db, cipher }: WriteContext, { seq, hash }: Link): Promise<void> => {
  const sealed = cipher.seal(JSON.stringify([seq, hash.toString('base64')]), cipherContext)
  await db
    .insertInto('audit_end')
    .values({ id: 1, sealed })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ sealed }))
    .execute()
}

const readLast = async ({ db }: ReadContext): Promise<Link | null> => {
  const row = await db
    .selectFrom('audit')
    .select(['seq', 'hash'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

/**
 * What the next entry follows, and its number. It goes on from the sealed end, not from the last row: where rows were
 * cut off or added, a gap or a wrong link stays behind for good. The same when the seal is gone or broken.
 */
const nextLink = async (context: WriteContext): Promise<{ seq: number; previous: Buffer }> => {
  const end = await readEnd(context)
  const last = await readLast(context)
  if (typeof end !== 'string') return { seq: Math.max(end.seq, last?.seq ?? 0) + 1, previous: end.hash }
  if (last !== null) return { seq: last.seq + 2, previous: last.hash }
  return { seq: 1, previous: beginning.hash }
}

/** Gives the next entry its place in the chain, which is then the sealed end. */
export const linkEntry = async (
  context: WriteContext,
  record: AuditRecord,
): Promise<Link & { previous: Buffer }> => {
  const { seq, previous } = await nextLink(context)
  const link = { seq, hash: hashOf(previous, record) }
  await writeEnd(context, link)
  return { ...link, previous }
}

/** Seals the log as it is. Only for a log that was written before there were seals. */
export const sealEnd = async (context: WriteContext): Promise<void> =>
  writeEnd(context, (await readLast(context)) ?? beginning)

/** A row of the log as the walk reads it. */
export type ChainedRecord = AuditRecord & Link & { previousHash: Buffer }

const problemOf = (after: Link, row: ChainedRecord): string | null => {
  if (row.seq !== after.seq + 1) return `entry ${after.seq + 1} is missing`
  if (!after.hash.equals(row.previousHash)) return 'does not follow the entry before'
  return hashOf(after.hash, row).equals(row.hash) ? null : 'was altered'
}

const walkBatch = 500

/** Walks on from an entry to the end, in small steps: in between, others have their turn. */
const walk = async (
  readAfter: (seq: number, limit: number) => Promise<ChainedRecord[]>,
  from: Link & { at: number | null },
): Promise<{ last: Link & { at: number | null }; break: ChainCheck['break'] }> => {
  let last = from
  for (;;) {
    const rows = await readAfter(last.seq, walkBatch)
    for (const row of rows) {
      const reason = problemOf(last, row)
      if (reason !== null) return { last, break: { seq: row.seq, at: row.at, reason } }
      last = row
    }
    if (rows.length < walkBatch) return { last, break: null }
    await setImmediate()
  }
}

/** What does not fit between the sealed end and the last entry; null when they are the same. */
const problemOfEnd = (end: End, last: Link): string | null => {
  if (end === 'broken') return 'the seal of the end was altered'
  if (end === 'missing') return last.seq === 0 ? null : 'the seal of the end is missing'
  if (last.seq < end.seq) return `the entries after ${last.seq}, up to ${end.seq}, were removed`
  if (last.seq > end.seq) return `the entries after ${end.seq} were added past the sealed end`
  return end.hash.equals(last.hash) ? null : 'is not the entry that was sealed as the last one'
}

const isSame = (one: End, other: End): boolean =>
  typeof one === 'string' || typeof other === 'string' ? one === other : one.seq === other.seq

/**
 * Walks the whole chain. Entries may be appended meanwhile: then the end that is sealed by then counts.
 */
export const checkChain = async (
  context: ReadContext,
  readAfter: (seq: number, limit: number) => Promise<ChainedRecord[]>,
): Promise<ChainCheck> => {
  let last: Link & { at: number | null } = { ...beginning, at: null }
  let end = await readEnd(context)
  for (;;) {
    const walked = await walk(readAfter, last)
    last = walked.last
    if (walked.break !== null) return { entries: last.seq, break: walked.break }
    const reason = problemOfEnd(end, last)
    if (reason === null) return { entries: last.seq, break: null }
    const now = await readEnd(context)
    if (isSame(end, now)) return { entries: last.seq, break: { seq: last.seq, at: last.at, reason } }
    end = now
  }
}
