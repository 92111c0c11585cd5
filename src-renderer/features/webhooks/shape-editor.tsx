import { Plus } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { ContentType, CustomHeader, Shape, ShapeStep } from '#contract/webhook-options.ts'
import { announce } from '#renderer/ui/announcer.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { SegmentedControl } from '#renderer/ui/segmented-control.tsx'
import { FieldSuggestions } from './field-path-input.tsx'
import type { PreviewSource } from './preview-source.ts'
import { ShapePreview, useShapePreview } from './shape-preview.tsx'
import { newStep, stepNames } from './shape-step.ts'
import { StepCard } from './shape-steps.tsx'

const stepsMax = 30
const kinds = ['pick', 'rename', 'constant', 'mask'] as const
const asItIs: Shape = { steps: [], contentType: 'json' }
const noHeaders: readonly CustomHeader[] = []

/** Steps have no names: their order of birth tells them apart while they are moved. */
const useStepIds = (count: number) => {
  const [ids, setIds] = useState<readonly number[]>([])
  const known = ids.length === count ? ids : Array.from({ length: count }, (_, index) => index + 1)
  return [known, setIds] as const
}

const swapped = <T,>(items: readonly T[], from: number, to: number): T[] => {
  const [one, other] = [items[from], items[to]]
  if (one === undefined || other === undefined) return [...items]
  return items.with(from, other).with(to, one)
}

const StepList = ({
  steps,
  idleSteps,
  refused,
  onChange,
}: {
  steps: readonly ShapeStep[]
  idleSteps: readonly number[]
  refused: boolean
  onChange: (steps: ShapeStep[]) => void
}) => {
  const [ids, setIds] = useStepIds(steps.length)
  const list = useRef<HTMLOListElement>(null)
  const [moved, setMoved] = useState<{ to: number } | null>(null)
  // The button that was pressed may have become unusable, or have lost the focus with its place.
  useEffect(() => {
    if (moved === null) return
    list.current?.children[moved.to]?.querySelector<HTMLElement>('button:not(:disabled)')?.focus()
  }, [moved])

  const move = (from: number, to: number) => {
    setIds(swapped(ids, from, to))
    onChange(swapped(steps, from, to))
    setMoved({ to })
    announce(`Step ${from + 1} is now step ${to + 1}`)
  }
  const remove = (index: number) => {
    setIds(ids.toSpliced(index, 1))
    onChange(steps.toSpliced(index, 1))
  }
  const add = (kind: ShapeStep['kind']) => {
    setIds([...ids, Math.max(0, ...ids) + 1])
    onChange([...steps, newStep(kind)])
  }
  return (
    <div className="space-y-2">
      {steps.length > 0 && (
        <ol ref={list} aria-label="Steps" className="space-y-2">
          {steps.map((step, index) => (
            <StepCard
              key={ids[index]}
              step={step}
              number={index + 1}
              count={steps.length}
              idle={idleSteps.includes(index)}
              refused={refused}
              onChange={(next) => onChange(steps.with(index, next))}
              onMove={(by) => move(index, index + by)}
              onRemove={() => remove(index)}
            />
          ))}
        </ol>
      )}
      <fieldset className="flex flex-wrap gap-1.5">
        <legend className="sr-only">Add a step</legend>
        {kinds.map((kind) => (
          <Button key={kind} size="sm" disabled={steps.length >= stepsMax} onClick={() => add(kind)}>
            <Plus aria-hidden />
            {stepNames[kind]}
          </Button>
        ))}
      </fieldset>
    </div>
  )
}

/** How the body is changed before it is signed and sent: steps in their order, JSON or a form, before and after. */
export const ShapeEditor = ({
  value,
  onChange,
  refused,
  source,
  events,
  headers = noHeaders,
}: {
  value: Shape | null
  onChange: (value: Shape | null) => void
  /** Saving was refused: what is not complete is an error now. */
  refused: boolean
  source: PreviewSource
  /** Those that the webhook wants. */
  events: readonly string[]
  /** For the preview. */
  headers?: readonly CustomHeader[]
}) => {
  const { steps, contentType } = value ?? asItIs
  const change = (next: Shape) =>
    onChange(next.steps.length === 0 && next.contentType === 'json' ? null : next)
  const shown = useShapePreview(source, events, value, headers)
  return (
    <FieldSuggestions types={source.types} events={events}>
      <div className="space-y-3">
        <StepList
          steps={steps}
          idleSteps={shown.preview.data?.idleSteps ?? []}
          refused={refused}
          onChange={(next) => change({ steps: next, contentType })}
        />
        <SegmentedControl<ContentType>
          label="How the body is written"
          options={[
            { value: 'json', label: 'JSON' },
            { value: 'form', label: 'Form' },
          ]}
          value={contentType}
          onValueChange={(next) => change({ steps, contentType: next })}
        />
        <ShapePreview {...shown} />
      </div>
    </FieldSuggestions>
  )
}
