import type { Kysely } from 'kysely'
import type { Topic } from '#contract/live.ts'
import type { Cipher } from './cipher.ts'
import type { Tables } from './schema.ts'
import type { Statements } from './statements.ts'

/** What the readers of the nouns work with. */
export interface ReadContext {
  readonly db: Kysely<Tables>
  /** Of the connection of `db`. */
  readonly statements: Statements
  readonly cipher: Cipher
}

/** What the writers work with: the connection of one transaction, and a way to name what changed. */
export interface WriteContext extends ReadContext {
  changed(topic: Topic): void
}
