import type Database from 'better-sqlite3'
import type { ErrorClass } from '#contract/vocabulary.ts'

/** The token endpoint of a webhook has asked to be left alone. */
export interface TokenPauseRecord {
  /** Nothing is sent before, as there is no token. */
  until: number
  /** What it answered, as an attempt that failed for it tells it. */
  errorClass: ErrorClass
  message: string
}

/** The pauses that are not over at `now`, by webhook. */
export const createTokenPauses = (database: Database.Database) => {
  const list = database.prepare<[number], { id: string } & TokenPauseRecord>(tokenPauseText)
  return (now: number): Map<string, TokenPauseRecord> =>
    new Map(list.all(now).map(({ id, ...pause }): [string, TokenPauseRecord] => [id, pause]))
}

/** A test asks SQLite for its plan. */
export const tokenPauseText = `SELECT id, token_paused_until AS until, token_error_class AS errorClass,
    token_error_message AS message
  FROM webhooks WHERE token_paused_until > ? AND deleted_at IS NULL`
