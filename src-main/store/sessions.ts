import type { Selectable } from 'kysely'
import type { ReadContext, WriteContext } from './context.ts'
import type { Tables } from './schema.ts'

export interface SessionRecord {
  id: string
  tokenHash: Buffer
  userId: string
  createdAt: number
  lastSeenAt: number
  expiresAt: number
  lockedAt: number | null
  address: string
  userAgent: string
}

export interface SessionReader {
  getByTokenHash(tokenHash: Buffer): Promise<SessionRecord | null>
  /** The unexpired sessions of a person, newest first. */
  listOfUser(userId: string, now: number): Promise<SessionRecord[]>
}
export interface SessionWriter extends SessionReader {
  insert(session: SessionRecord): Promise<void>
  setLastSeen(id: string, at: number): Promise<void>
  setLocked(id: string, lockedAt: number | null): Promise<void>
  delete(id: string): Promise<void>
  /** @returns how many ended. */
  deleteOfUser(userId: string, exceptId: string | null): Promise<number>
  deleteExpired(now: number): Promise<void>
  insertCode(code: { codeHash: Buffer; userId: string | null; expiresAt: number }): Promise<void>
  /** Takes back the codes that the person has not used. */
  deleteCodes(userId: string): Promise<void>
  /** Uses up a code. Null when it is unknown, used or expired. */
  takeCode(codeHash: Buffer, now: number): Promise<{ userId: string | null } | null>
}

const toSession = (row: Selectable<Tables['sessions']>): SessionRecord => ({
  id: row.id,
  tokenHash: row.token_hash,
  userId: row.user_id,
  createdAt: row.created_at,
  lastSeenAt: row.last_seen_at,
  expiresAt: row.expires_at,
  lockedAt: row.locked_at,
  address: row.address,
  userAgent: row.user_agent,
})

export const sessionReader = ({ db }: ReadContext): SessionReader => ({
  async getByTokenHash(tokenHash) {
    const row = await db
      .selectFrom('sessions')
      .selectAll()
      .where('token_hash', '=', tokenHash)
      .executeTakeFirst()
    return row ? toSession(row) : null
  },
  async listOfUser(userId, now) {
    const rows = await db
      .selectFrom('sessions')
      .selectAll()
      .where('user_id', '=', userId)
      .where('expires_at', '>', now)
      .orderBy('created_at', 'desc')
      .limit(200)
      .execute()
    return rows.map(toSession)
  },
})

export const sessionWriter = (context: WriteContext): SessionWriter => {
  const { db, changed } = context
  return {
    ...sessionReader(context),
    async insert(session) {
      await db
        .insertInto('sessions')
        .values({
          id: session.id,
          token_hash: session.tokenHash,
          user_id: session.userId,
          created_at: session.createdAt,
          last_seen_at: session.lastSeenAt,
          expires_at: session.expiresAt,
          locked_at: session.lockedAt,
          address: session.address,
          user_agent: session.userAgent,
        })
        .execute()
      changed('sessions')
    },
    async setLastSeen(id, at) {
      await db.updateTable('sessions').set({ last_seen_at: at }).where('id', '=', id).execute()
    },
    async setLocked(id, lockedAt) {
      await db.updateTable('sessions').set({ locked_at: lockedAt }).where('id', '=', id).execute()
      changed('sessions')
    },
    async delete(id) {
      await db.deleteFrom('sessions').where('id', '=', id).execute()
      changed('sessions')
    },
    async deleteOfUser(userId, exceptId) {
      const result = await db
        .deleteFrom('sessions')
        .where('user_id', '=', userId)
        .where('id', '!=', exceptId ?? '')
        .executeTakeFirst()
      changed('sessions')
      return Number(result.numDeletedRows)
    },
    async deleteExpired(now) {
      await db.deleteFrom('sessions').where('expires_at', '<=', now).execute()
      await db.deleteFrom('sign_in_codes').where('expires_at', '<=', now).execute()
    },
    async insertCode({ codeHash, userId, expiresAt }) {
      await db
        .insertInto('sign_in_codes')
        .values({ code_hash: codeHash, user_id: userId, expires_at: expiresAt, used_at: null })
        .execute()
    },
    async deleteCodes(userId) {
      await db
        .deleteFrom('sign_in_codes')
        .where('user_id', '=', userId)
        .where('used_at', 'is', null)
        .execute()
    },
    async takeCode(codeHash, now) {
      const row = await db
        .updateTable('sign_in_codes')
        .set({ used_at: now })
        .where('code_hash', '=', codeHash)
        .where('used_at', 'is', null)
        .where('expires_at', '>', now)
        .returning('user_id')
        .executeTakeFirst()
      return row ? { userId: row.user_id } : null
    },
  }
}
