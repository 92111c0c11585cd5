import { FieldError, type FieldIds, fieldIds } from '#renderer/ui/field.tsx'
import type { LineProblem } from './line-problem.ts'

/** While a line is written its problem is a hint; once saving was refused, an error. */
export interface NotedLine<At extends string> {
  /** Of the page. */
  readonly id: string
  readonly problem: LineProblem<At> | null
  readonly refused: boolean
}

/** Ids that tie a field of a line to the note that is about it. */
export const noteIds = <At extends string>({ id, problem, refused }: NotedLine<At>, at: At): FieldIds => ({
  ...fieldIds(id, problem?.at === at, problem?.at === at && refused ? problem.message : undefined),
  id: `${id}-${at}`,
})

/** The problem of a line, or what else there is to say of it. */
export const LineNote = <At extends string>({
  line: { id, problem, refused },
  hint = null,
}: {
  line: NotedLine<At>
  hint?: string | null
}) => {
  if (problem && refused) return <FieldError id={id} error={problem.message} />
  const text = problem?.message ?? hint
  return (
    text && (
      <p id={`${id}-hint`} className="text-xs text-muted">
        {text}
      </p>
    )
  )
}
