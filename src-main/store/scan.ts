/** Rows of a list, newest first. `nextId` is the id to go on before; null when there is nothing older. */
export interface Found<Row> {
  rows: Row[]
  nextId: string | null
}

/** So many rows are looked at in one step, and so many steps in one call: no filter can stall the others. */
const windowRows = 10_000
const windowsMax = 10

/** A list in the order of an index, with conditions that the index does not answer. */
export interface Scan<Row> {
  readonly beforeId: string | undefined
  readonly limit: number
  /** The id of the `count`th row of the index before `beforeId`; undefined when there are fewer. */
  boundary(beforeId: string | undefined, count: number): Promise<string | undefined>
  /** The rows that meet all conditions, before `beforeId` and not before `fromId`, at most `limit`. */
  rows(beforeId: string | undefined, fromId: string | undefined, limit: number): Promise<Row[]>
}

/**
 * Walks the index in windows until the page is full. A page may come out short, even empty, and still have a
 * `nextId`: then the budget of the call was used up before the page was.
 */
export const scanRows = async <Row extends { id: string }>(scan: Scan<Row>): Promise<Found<Row>> => {
  const rows: Row[] = []
  let beforeId = scan.beforeId
  for (let window = 0; window < windowsMax; window += 1) {
    const fromId = await scan.boundary(beforeId, windowRows)
    rows.push(...(await scan.rows(beforeId, fromId, scan.limit + 1 - rows.length)))
    if (rows.length > scan.limit) {
      const page = rows.slice(0, scan.limit)
      return { rows: page, nextId: page.at(-1)?.id ?? null }
    }
    if (fromId === undefined) return { rows, nextId: null }
    beforeId = fromId
  }
  return { rows, nextId: beforeId ?? null }
}
