/** Rows of a list, newest first. `nextId` is the id to go on before; null when there is nothing older. */
export interface Found<Row> {
  rows: Row[]
  nextId: string | null
}

/** So many rows are looked at in one step, and in one call: no filter can stall the others. */
const windowMax = 10_000
const scannedMaxDefault = 100_000
/** A page without rare conditions is full after the first window; the next ones are so much larger. */
const growth = 8

/** A list in the order of an index, with conditions that the index does not answer. */
export interface Scan<Row> {
  readonly beforeId: string | undefined
  readonly limit: number
  readonly scannedMax?: number | undefined
  /** The id of the last of the next `count` rows of the index before `beforeId`; undefined when there are fewer. */
  lastId(beforeId: string | undefined, count: number): Promise<string | undefined>
  /** Of the next `count` rows of the index before `beforeId`, the first `limit` that meet all conditions. */
  rows(beforeId: string | undefined, count: number, limit: number): Promise<Row[]>
}

/**
 * Walks the index in windows until the page is full. A page may come out short, even empty, and still have a
 * `nextId`: then the budget of the call was used up before the page was.
 */
export const scanRows = async <Row extends { id: string }>(scan: Scan<Row>): Promise<Found<Row>> => {
  const { limit, scannedMax = scannedMaxDefault } = scan
  const rows: Row[] = []
  let { beforeId } = scan
  let window = limit + 1
  for (let scanned = 0; scanned < scannedMax; scanned += window) {
    window = scanned === 0 ? window : Math.min(windowMax, window * growth)
    rows.push(...(await scan.rows(beforeId, window, limit + 1 - rows.length)))
    if (rows.length > limit) {
      const page = rows.slice(0, limit)
      return { rows: page, nextId: page.at(-1)?.id ?? null }
    }
    const lastId = await scan.lastId(beforeId, window)
    if (lastId === undefined) return { rows, nextId: null }
    beforeId = lastId
  }
  return { rows, nextId: beforeId ?? null }
}
