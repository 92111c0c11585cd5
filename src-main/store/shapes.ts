import { createHash } from 'node:crypto'
import { type Shape, shapeSchema } from '#contract/webhook-options.ts'
import type { ReadContext, WriteContext } from './context.ts'

/** Every shape that a webhook has had, so that what was sent can be made once more, whatever the webhook has now. */
export interface ShapeReader {
  /** By id; what is not there is absent. */
  getMany(ids: readonly string[]): Promise<Map<string, Shape>>
}

const textOf = (shape: Shape): string => JSON.stringify(shapeSchema.parse(shape))
const idOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32)

/** The id of a shape is made of what it says: the same shape is there once. */
export const shapeIdOf = (shape: Shape): string => idOf(textOf(shape))

export const shapeReader = ({ db }: ReadContext): ShapeReader => ({
  async getMany(ids) {
    if (ids.length === 0) return new Map()
    const rows = await db.selectFrom('shapes').selectAll().where('id', 'in', ids).execute()
    return new Map(rows.map(({ id, shape }) => [id, shapeSchema.parse(JSON.parse(shape))]))
  },
})

/** Keeps a shape that a webhook gets. */
export const keepShape = async ({ db }: WriteContext, shape: Shape | null): Promise<void> => {
  if (shape === null) return
  const text = textOf(shape)
  await db
    .insertInto('shapes')
    .values({ id: idOf(text), shape: text })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
}
