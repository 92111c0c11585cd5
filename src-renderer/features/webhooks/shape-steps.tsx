import { ArrowDown, ArrowUp, X } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import type { ShapeStep } from '#contract/webhook-options.ts'
import { Field } from '#renderer/ui/field.tsx'
import { IconButton } from '#renderer/ui/icon-button.tsx'
import { Input, Textarea } from '#renderer/ui/input.tsx'
import { FieldPathInput } from './field-path-input.tsx'
import { LineNote, type NotedLine, noteIds } from './line-note.tsx'
import { kindOfScalar, scalarOf, textOfScalar } from './scalar-text.ts'
import { problemOfStep, type StepPart, stepNames } from './shape-step.ts'

interface StepProps<S extends ShapeStep> {
  step: S
  number: number
  line: NotedLine<StepPart>
  onChange: (step: ShapeStep) => void
}

const linesOf = (text: string) => text.split(/[\n,]/).flatMap((line) => line.trim() || [])

const PickFields = ({ step, number, line, onChange }: StepProps<Extract<ShapeStep, { kind: 'pick' }>>) => {
  const ids = noteIds(line, 'paths')
  const [typed, setTyped] = useState(step.paths.join('\n'))
  // What is typed has empty lines and spaces that the paths have not.
  const text = linesOf(typed).join() === step.paths.join() ? typed : step.paths.join('\n')
  return (
    <Field
      id={ids.id}
      label={`Fields of step ${number}`}
      hint="One on each line, like data.email. Everything else is left out."
    >
      <Textarea
        {...ids}
        aria-describedby={`${ids.id}-hint ${ids['aria-describedby'] ?? ''}`.trim()}
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

const ConstantFields = ({
  step,
  number,
  line,
  onChange,
}: StepProps<Extract<ShapeStep, { kind: 'constant' }>>) => {
  const [typed, setTyped] = useState(textOfScalar(step.value))
  const text = scalarOf(typed) === step.value ? typed : textOfScalar(step.value)
  return (
    <>
      <Words>
        <FieldPathInput
          label={`Field of step ${number}`}
          value={step.path}
          onChange={(path) => onChange({ ...step, path })}
          ids={noteIds(line, 'path')}
        />
        <span>to</span>
        <Input
          {...noteIds(line, 'value')}
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

const StepFields = ({ step, ...rest }: StepProps<ShapeStep>) => {
  const { number, line, onChange } = rest
  switch (step.kind) {
    case 'pick':
      return <PickFields step={step} {...rest} />
    case 'rename':
      return (
        <Words>
          <FieldPathInput
            label={`Field of step ${number}`}
            value={step.from}
            onChange={(from) => onChange({ ...step, from })}
            ids={noteIds(line, 'from')}
          />
          <span>to</span>
          <FieldPathInput
            label={`New place of step ${number}`}
            value={step.to}
            onChange={(to) => onChange({ ...step, to })}
            ids={noteIds(line, 'to')}
          />
        </Words>
      )
    case 'constant':
      return <ConstantFields step={step} {...rest} />
    case 'mask':
      return (
        <Words>
          <FieldPathInput
            label={`Field of step ${number}`}
            value={step.path}
            onChange={(path) => onChange({ ...step, path })}
            ids={noteIds(line, 'path')}
          />
          <span className="whitespace-nowrap">but its last</span>
          <Input
            {...noteIds(line, 'keep')}
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
  refused,
  onChange,
  onMove,
  onRemove,
}: Omit<StepProps<ShapeStep>, 'line'> & {
  count: number
  /** It changes nothing of the event that is previewed. */
  idle: boolean
  refused: boolean
  onMove: (by: -1 | 1) => void
  onRemove: () => void
}) => {
  const line = { id: useId(), problem: problemOfStep(step), refused }
  return (
    <li className="flex items-start gap-2 rounded-lg border border-line px-3 py-2">
      <div className="min-w-0 flex-1 space-y-1">
        <p className="font-medium">
          {number}. {stepNames[step.kind]}
        </p>
        <StepFields step={step} number={number} line={line} onChange={onChange} />
        <LineNote line={line} />
        {!line.problem && idle && <p className="text-xs text-warning">Changes nothing of the event below.</p>}
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
