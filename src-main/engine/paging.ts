import type { z } from 'zod'
import type { Page } from '#contract/paging.ts'
import { PatchbayError } from './errors.ts'

const notACursor = (cause?: unknown): PatchbayError =>
  new PatchbayError('malformed', { detail: 'The cursor is not one that this list gave out.', cause })

/** Base64url of the JSON of what the last item of a page has for sorting. */
export const toCursor = (after: unknown): string => Buffer.from(JSON.stringify(after)).toString('base64url')

/**
 * What a cursor says; undefined without one.
 * @throws PatchbayError `malformed`.
 */
export const readCursor = <T>(cursor: string | undefined, schema: z.ZodType<T>): T | undefined => {
  if (cursor === undefined) return undefined
  let content: unknown
  try {
    content = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch (cause) {
    throw notACursor(cause)
  }
  const read = schema.safeParse(content)
  if (!read.success) throw notACursor(read.error)
  return read.data
}

/** Makes a page of up to `limit` rows, given one more where there are more. `after` says where the next one starts. */
export const toPage = <Row, Item>(
  rows: readonly Row[],
  limit: number,
  after: (row: Row) => unknown,
  toItem: (row: Row) => Item,
): Page<Item> => {
  const last = rows.length > limit ? rows[limit - 1] : undefined
  return {
    items: rows.slice(0, limit).map(toItem),
    nextCursor: last === undefined ? null : toCursor(after(last)),
  }
}
