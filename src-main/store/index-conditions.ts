/**
 * Conditions of partial indexes, in the words of their migrations: SQLite uses such an index only for a query that says
 * the same, or one of the alternatives. They are lists of alternatives rather than `IN`: whether a row belongs into the
 * index is asked for each row that is written, and SQLite looks the values of a longer `IN` up in a table of its own.
 */
const anyOf = (column: string, values: readonly string[]): string =>
  `(${values.map((value) => `${column} = '${value}'`).join(' OR ')})`

/** Of `deliveries_ended_badly`. `of` names the table where the column alone does not: `d.`. */
export const endedBadlyCondition = (of = ''): string =>
  anyOf(`${of}status`, ['exhausted', 'held', 'discarded'])

/** Of `deliveries_unguarded`, beside waiting: they go out past all that events and resends have to wait for. */
export const unguardedCondition = anyOf('kind', ['test', 'connectivity', 'replay'])
