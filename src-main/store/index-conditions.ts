/**
 * Conditions of partial indexes, in the words of their migrations: SQLite uses such an index only for a query that says the
 * same, or one of the alternatives. They are lists of alternatives rather than `IN`, for which SQLite builds a table of
 * the values each time it looks whether a row belongs into the index, and that is for each row that is written.
 * `of` names the table where the column alone does not: `d.`.
 */
const anyOf = (column: string, values: readonly string[]): string =>
  `(${values.map((value) => `${column} = '${value}'`).join(' OR ')})`

/** Of `deliveries_ended_badly`. */
export const endedBadlyCondition = (of = ''): string =>
  anyOf(`${of}status`, ['exhausted', 'held', 'discarded'])

/** Of `deliveries_unguarded`, beside waiting: they go out past all that events and resends have to wait for. */
export const unguardedCondition = (of = ''): string => anyOf(`${of}kind`, ['test', 'connectivity', 'replay'])
