import { z } from 'zod'
import { type Condition, conditionSchema } from '#contract/webhook-options.ts'
import { type ConditionRows, conditionOfRows, problemOfRow, rowsOfCondition } from './condition-rows.ts'

/** A filter while it is being written: as it was opened, in lines, or as a text of JSON. */
export type ConditionDraft =
  | { readonly kind: 'opened'; readonly condition: Condition | null }
  | ({ readonly kind: 'lines' } & ConditionRows)
  | { readonly kind: 'json'; readonly text: string }

type Read = { readonly condition: Condition | null } | { readonly problem: string }

const readText = (text: string): Read => {
  if (text.trim() === '') return { condition: null }
  try {
    const parsed = conditionSchema.safeParse(JSON.parse(text))
    if (parsed.success) return { condition: parsed.data }
    const [issue] = parsed.error.issues
    const where = issue?.path.length ? `At ${issue.path.join('.')}: ` : ''
    return { problem: `${where}${issue?.message}.` }
  } catch {
    return { problem: 'This is not JSON.' }
  }
}

/** What a draft asks; or what is wrong with it, in a sentence. */
export const readDraft = (draft: ConditionDraft): Read => {
  switch (draft.kind) {
    case 'opened':
      return draft
    case 'json':
      return readText(draft.text)
    case 'lines': {
      const [problem] = draft.rows.flatMap((row) => problemOfRow(row) ?? [])
      return problem ? { problem: problem.message } : { condition: conditionOfRows(draft) }
    }
  }
}

/** A draft of a form. What cannot be read is refused: a filter that is half written lets through what it should not. */
export const conditionDraftSchema = z.custom<ConditionDraft>().transform((draft, context) => {
  const read = readDraft(draft)
  if (!('problem' in read)) return read.condition
  context.addIssue({ code: 'custom', message: read.problem })
  return z.NEVER
})

/** The lines that say the same; null where lines cannot say it, or nothing can be read. */
export const linesOfDraft = (draft: ConditionDraft): ConditionRows | null => {
  if (draft.kind === 'lines') return draft
  const read = readDraft(draft)
  return 'problem' in read ? null : rowsOfCondition(read.condition)
}

/** The JSON that says the same; null while the lines of it are not complete. */
export const jsonOfDraft = (draft: ConditionDraft): string | null => {
  if (draft.kind === 'json') return draft.text
  const read = readDraft(draft)
  if ('problem' in read) return null
  return read.condition === null ? '' : JSON.stringify(read.condition, null, 2)
}
