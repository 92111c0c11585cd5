import { createHash } from 'node:crypto'
import type { AttemptRecord } from '#main/store/interface.ts'
import type { Toolbox } from '../parts.ts'

/**
 * What attempts have sent in the place of the body of their event, by its SHA-256. It is made once more, so that it
 * need not be kept with every attempt; what does not come out as it was sent is left out.
 */
export const findShapedBodies = async (
  { store, shaping }: Pick<Toolbox, 'store' | 'shaping'>,
  body: string,
  attempts: readonly Pick<AttemptRecord, 'shaped'>[],
): Promise<Record<string, string>> => {
  const wanted = new Map(
    attempts.flatMap(({ shaped }) =>
      shaped === undefined ? [] : [[shaped.sha256, shaped.shapeId] as const],
    ),
  )
  const shapes = await store.read.shapes.getMany([...new Set(wanted.values())])
  const bodies: Record<string, string> = {}
  for (const [sha256, shapeId] of wanted) {
    const shape = shapes.get(shapeId)
    const made = shape === undefined ? null : shaping.shape(body, shape)
    if (made?.kind !== 'shaped') continue
    if (createHash('sha256').update(made.body).digest('hex') !== sha256) continue
    bodies[sha256] = made.body.toString('utf8')
  }
  return bodies
}
