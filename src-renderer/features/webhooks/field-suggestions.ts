import { z } from 'zod'
import type { EventType } from '#contract/events.ts'
import { fieldPathSchema } from '#contract/field-path.ts'
import { covers } from './event-patterns.ts'

/** A field that the body of an event may have. */
export interface FieldSuggestion {
  readonly path: string
  /** As the schema says it: `string`, `number or null`. */
  readonly type: string
}

const objectSchema = z.object({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  items: z.unknown().optional(),
})

const depthMax = 5
const suggestionsMax = 200

const fieldsBelow = (schema: unknown, path: string, depth: number): FieldSuggestion[] => {
  const parsed = objectSchema.safeParse(schema)
  if (!parsed.success || depth > depthMax) return []
  const { type, properties, items } = parsed.data
  const own = { path, type: [type ?? 'any'].flat().join(' or ') }
  const members = Object.entries(properties ?? {}).flatMap(([name, member]) =>
    fieldsBelow(member, `${path}.${name}`, depth + 1),
  )
  const first = items === undefined ? [] : fieldsBelow(items, `${path}.0`, depth + 1)
  return [...(path === 'data' ? [] : [own]), ...members, ...first]
}

const ofEveryBody: readonly FieldSuggestion[] = [
  { path: 'type', type: 'string' },
  { path: 'timestamp', type: 'string' },
  { path: 'occasion.id', type: 'string' },
  { path: 'occasion.name', type: 'string' },
]

/** The fields that the bodies of these events may have, each once, by the schemas of their types. */
export const suggestFields = (
  types: readonly EventType[],
  patterns: readonly string[],
): FieldSuggestion[] => {
  const wanted = types.filter(
    ({ name }) => patterns.length === 0 || patterns.some((one) => covers(one, name)),
  )
  const found = new Map<string, FieldSuggestion>()
  for (const { schema } of wanted) {
    for (const field of fieldsBelow(schema, 'data', 0)) {
      if (fieldPathSchema.safeParse(field.path).success && !found.has(field.path))
        found.set(field.path, field)
    }
  }
  const sorted = [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
  return [...sorted, ...ofEveryBody].slice(0, suggestionsMax)
}
