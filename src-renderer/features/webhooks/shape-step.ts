import { type ShapeStep, shapeStepSchema } from '#contract/webhook-options.ts'
import type { LineProblem } from './line-problem.ts'

export const stepNames: Record<ShapeStep['kind'], string> = {
  pick: 'Keep only',
  rename: 'Rename',
  constant: 'Set',
  mask: 'Mask',
}

/** A step as it begins. */
export const newStep = (kind: ShapeStep['kind']): ShapeStep => {
  switch (kind) {
    case 'pick':
      return { kind, paths: [] }
    case 'rename':
      return { kind, from: '', to: '' }
    case 'constant':
      return { kind, path: '', value: '' }
    case 'mask':
      return { kind, path: '', keep: 0 }
  }
}

/** The fields of steps. */
export type StepPart = 'paths' | 'from' | 'to' | 'path' | 'value' | 'keep'
const parts: readonly StepPart[] = ['paths', 'from', 'to', 'path', 'value', 'keep']

/** What keeps a step from being taken; null when nothing does. */
export const problemOfStep = (step: ShapeStep): LineProblem<StepPart> | null => {
  const issue = shapeStepSchema.safeParse(step).error?.issues[0]
  if (issue === undefined) return null
  return { at: parts.find((part) => part === issue.path[0]) ?? 'path', message: `${issue.message}.` }
}
