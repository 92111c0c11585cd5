/**
 * Conditions of partial indexes, in the words of their migrations: SQLite uses such an index only for a query that says
 * the same, or one of the alternatives. `of` names the table where the column alone does not: `d.`. Where a condition is
 * one value alone, each query says it itself.
 *
 * The first two are lists of alternatives rather than `IN`: whether a row belongs into the index is asked for each row
 * that is written, and SQLite looks the values of a longer `IN` up in a table of its own.
 */
const anyOf = (column: string, values: readonly string[]): string =>
  `(${values.map((value) => `${column} = '${value}'`).join(' OR ')})`

const oneOf = (column: string, values: readonly string[]): string =>
  `${column} IN (${values.map((value) => `'${value}'`).join(', ')})`

/** Of `deliveries_ended_badly`. */
export const endedBadlyCondition = (of = ''): string =>
  anyOf(`${of}status`, ['exhausted', 'held', 'discarded'])

/** Of `deliveries_unguarded`, beside waiting: they go out past all that events and resends have to wait for. */
export const unguardedCondition = anyOf('kind', ['test', 'connectivity', 'replay'])

/** Of `deliveries_open`. */
export const openCondition = (of = ''): string => oneOf(`${of}status`, ['waiting', 'sending'])

/** Of `deliveries_ordered`: the lines of ordered webhooks. */
export const inLineCondition = `ordered = 1 AND ${openCondition()}`

/** Of `deliveries_recoverable`. */
export const recoverableCondition = oneOf('status', ['exhausted', 'discarded'])

/** Of `deliveries_held_replays`. */
export const heldReplayCondition = `kind = 'replay' AND status = 'held'`

/** Of `releases_open`. */
export const openReleaseCondition = (of = ''): string => oneOf(`${of}state`, ['running', 'paused'])

/** Of `recoveries_open`. */
export const openRecoveryCondition = oneOf('state', ['canary', 'running', 'paused'])

/** Of `recoveries_active`: those that have something to do by themselves. */
export const activeRecoveryCondition = oneOf('state', ['canary', 'running'])
