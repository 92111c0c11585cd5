import { ArrowDown, ArrowUp, X } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import { type ShapeStep, shapeStepSchema } from '#contract/webhook-options.ts'
import { Field, fieldIds } from '#renderer/ui/field.tsx'
import { IconButton } from '#renderer/ui/icon-button.tsx'
import { Input, Textarea } from '#renderer/ui/input.tsx'
import { FieldPathInput } from './field-path-input.tsx'
import { kindOfScalar, scalarOf, textOfScalar } from './scalar-text.ts'

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

/** What is wrong with a step, in a sentence; null when nothing is. */
export const problemOfStep = (step: ShapeStep): string | null => {
  if (step.kind === 'pick' && step.paths.length === 0) return 'Name the fields to keep.'
  const parsed = shapeStepSchema.safeParse(step)
  return parsed.success ? null : (parsed.error.issues[0]?.message ?? 'This step cannot be taken.')
}

interface StepProps<S extends ShapeStep> {
  step: S
  number: number
  onChange: (step: ShapeStep) => void
}

const linesOf = (text: string) => text.split(/[\n,]/).flatMap((line) => line.trim() || [])

const PickFields = ({ step, number, onChange }: StepProps<Extract<ShapeStep, { kind: 'pick' }>>) => {
  const id = useId()
  const [typed, setTyped] = useState(step.paths.join('\n'))
  // What is typed has empty lines and spaces that the paths have not.
  const text = linesOf(typed).join() === step.paths.join() ? typed : step.paths.join('\n')
  const hint = 'One on each line, like data.email. Everything else is left out.'
  return (
    <Field id={id} label={`Fields of step ${number}`} hint={hint}>
      <Textarea
        {...fieldIds(id, hint, undefined)}
        rows={Math.min(8, Math.max(3, text.split('\n').length))}
        value={text}
        onChange={(event) => {
          setTyped(event.target.value)
          onChange({ ...step, paths: linesOf(event.target.value) })
        }}
        className="font-mono"
        spellCheck={false}
      />
    </Field>
  )
}

const ConstantFields = ({ step, number, onChange }: StepProps<Extract<ShapeStep, { kind: 'constant' }>>) => {
  const [typed, setTyped] = useState(textOfScalar(step.value))
  const text = scalarOf(typed) === step.value ? typed : textOfScalar(step.value)
  return (
    <>
      <Words>
        <FieldPathInput
          label={`Field of step ${number}`}
          value={step.path}
          onChange={(path) => onChange({ ...step, path })}
        />
        <span>to</span>
        <Input
          aria-label={`Value of step ${number}`}
          value={text}
          onChange={(event) => {
            setTyped(event.target.value)
            onChange({ ...step, value: scalarOf(event.target.value) })
          }}
          className="min-w-0 font-mono"
          spellCheck={false}
        />
      </Words>
      <p className="text-xs text-muted">
        Set as {kindOfScalar(step.value)}, whether the field is there or not.
      </p>
    </>
  )
}

const Words = ({ children }: { children: ReactNode }) => (
  <div className="flex min-w-0 items-center gap-1.5">{children}</div>
)

const StepFields = ({ step, number, onChange }: StepProps<ShapeStep>) => {
  switch (step.kind) {
    case 'pick':
      return <PickFields step={step} number={number} onChange={onChange} />
    case 'rename':
      return (
        <Words>
          <FieldPathInput
            label={`Field of step ${number}`}
            value={step.from}
            onChange={(from) => onChange({ ...step, from })}
          />
          <span>to</span>
          <FieldPathInput
            label={`New place of step ${number}`}
            value={step.to}
            onChange={(to) => onChange({ ...step, to })}
          />
        </Words>
      )
    case 'constant':
      return <ConstantFields step={step} number={number} onChange={onChange} />
    case 'mask':
      return (
        <Words>
          <FieldPathInput
            label={`Field of step ${number}`}
            value={step.path}
            onChange={(path) => onChange({ ...step, path })}
          />
          <span className="whitespace-nowrap">but its last</span>
          <Input
            type="number"
            min={0}
            max={16}
            aria-label={`Characters that step ${number} leaves`}
            value={step.keep}
            onChange={(event) => onChange({ ...step, keep: Number(event.target.value) })}
            className="w-16! shrink-0"
          />
        </Words>
      )
  }
}

/** One step of a shape, with the ways to move and remove it. */
export const StepCard = ({
  step,
  number,
  count,
  idle,
  onChange,
  onMove,
  onRemove,
}: StepProps<ShapeStep> & {
  count: number
  /** It changes nothing of the event that is previewed. */
  idle: boolean
  onMove: (by: -1 | 1) => void
  onRemove: () => void
}) => {
  const problem = problemOfStep(step)
  return (
    <li className="flex items-start gap-2 rounded-lg border border-line px-3 py-2">
      <div className="min-w-0 flex-1 space-y-1">
        <p className="font-medium">
          {number}. {stepNames[step.kind]}
        </p>
        <StepFields step={step} number={number} onChange={onChange} />
        {problem && <p className="text-xs text-danger">{problem}</p>}
        {!problem && idle && <p className="text-xs text-warning">Changes nothing of the event below.</p>}
      </div>
      <div className="flex shrink-0">
        <IconButton
          icon={ArrowUp}
          size="sm"
          label={`Move step ${number} up`}
          disabled={number === 1}
          onClick={() => onMove(-1)}
        />
        <IconButton
          icon={ArrowDown}
          size="sm"
          label={`Move step ${number} down`}
          disabled={number === count}
          onClick={() => onMove(1)}
        />
        <IconButton icon={X} size="sm" label={`Remove step ${number}`} onClick={onRemove} />
      </div>
    </li>
  )
}
