import { Plus, X } from 'lucide-react'
import { useId, useState } from 'react'
import { Button } from '#renderer/ui/button.tsx'
import { Field, fieldIds } from '#renderer/ui/field.tsx'
import { IconButton } from '#renderer/ui/icon-button.tsx'
import { Input, Textarea } from '#renderer/ui/input.tsx'
import { SegmentedControl } from '#renderer/ui/segmented-control.tsx'
import { Select } from '#renderer/ui/select.tsx'
import { type ConditionDraft, jsonOfDraft, linesOfDraft, readDraft } from './condition-draft.ts'
import { ConditionPreview } from './condition-preview.tsx'
import {
  type ConditionRow,
  type ConditionRows,
  operators,
  problemOfRow,
  takesList,
  takesValue,
  withNewRow,
} from './condition-rows.ts'
import { FieldPathInput, FieldSuggestions } from './field-path-input.tsx'
import { LineNote, noteIds } from './line-note.tsx'
import type { PreviewSource } from './preview-source.ts'
import { kindOfScalar, scalarOf } from './scalar-text.ts'

const rowsMax = 20

const hintOf = ({ operator, text }: ConditionRow): string | null => {
  if (!takesValue(operator)) return null
  return takesList(operator) ? 'Separated by commas.' : `Compared as ${kindOfScalar(scalarOf(text))}.`
}

const RowFields = ({
  row,
  number,
  refused,
  onChange,
  onRemove,
}: {
  row: ConditionRow
  number: number
  refused: boolean
  onChange: (row: ConditionRow) => void
  onRemove: () => void
}) => {
  const line = { id: useId(), problem: problemOfRow(row), refused }
  return (
    <li className="space-y-0.5">
      <div className="flex flex-wrap items-center gap-1.5 sm:flex-nowrap">
        <div className="min-w-0 flex-1 basis-2/5">
          <FieldPathInput
            label={`Field ${number}`}
            value={row.path}
            onChange={(path) => onChange({ ...row, path })}
            ids={noteIds(line, 'path')}
          />
        </div>
        <Select
          aria-label={`What is asked of field ${number}`}
          className="w-36 shrink-0"
          options={operators}
          value={row.operator}
          onValueChange={(operator) => onChange({ ...row, operator })}
        />
        <div className="min-w-0 flex-1 basis-2/5">
          {takesValue(row.operator) && (
            <Input
              {...noteIds(line, 'value')}
              aria-label={`Value ${number}`}
              value={row.text}
              onChange={(event) => onChange({ ...row, text: event.target.value })}
              className="font-mono"
              spellCheck={false}
            />
          )}
        </div>
        <IconButton icon={X} label={`Remove line ${number}`} onClick={onRemove} />
      </div>
      <LineNote line={line} hint={hintOf(row)} />
    </li>
  )
}

const Builder = ({
  lines: { mode, rows },
  refused,
  onChange,
}: {
  lines: ConditionRows
  refused: boolean
  onChange: (lines: ConditionRows) => void
}) => {
  const change = (next: readonly ConditionRow[]) => onChange({ mode, rows: next })
  return (
    <div className="space-y-2">
      {rows.length > 1 && (
        <SegmentedControl
          label="How the lines combine"
          options={[
            { value: 'all', label: 'All must hold' },
            { value: 'any', label: 'Any may hold' },
          ]}
          value={mode}
          onValueChange={(next) => onChange({ mode: next, rows })}
        />
      )}
      {rows.length > 0 && (
        <ul aria-label="Lines of the filter" className="space-y-1.5">
          {rows.map((row, index) => (
            <RowFields
              key={row.id}
              row={row}
              number={index + 1}
              refused={refused}
              onChange={(next) => change(rows.with(index, next))}
              onRemove={() => change(rows.toSpliced(index, 1))}
            />
          ))}
        </ul>
      )}
      <Button size="sm" disabled={rows.length >= rowsMax} onClick={() => change(withNewRow(rows))}>
        <Plus aria-hidden />
        Add a line
      </Button>
    </div>
  )
}

const JsonField = ({
  text,
  problem,
  onChange,
}: {
  text: string
  problem: string | undefined
  onChange: (text: string) => void
}) => {
  const id = useId()
  const hint = 'Combine with $and, $or and $not. Empty: every event.'
  return (
    <Field id={id} label="Condition as JSON" hint={hint} error={problem}>
      <Textarea
        {...fieldIds(id, hint, problem)}
        rows={8}
        value={text}
        onChange={(event) => onChange(event.target.value)}
        className="font-mono"
        spellCheck={false}
      />
    </Field>
  )
}

/** Why the filter is shown in one way only; null where there is a choice. */
const onlyOneWay = (json: string | null, problem: string | undefined): string | null => {
  if (json === null) return 'Complete every line to see the filter as JSON.'
  return problem ? null : 'This condition says more than lines can, so it is shown as JSON.'
}

/** Which events a webhook gets, by fields of their body: in lines, or as JSON where lines cannot say it. */
export const ConditionEditor = ({
  value,
  onChange,
  refused,
  source,
  events,
}: {
  value: ConditionDraft
  onChange: (value: ConditionDraft) => void
  /** Saving was refused: what is not complete is an error now. */
  refused: boolean
  source: PreviewSource
  /** Those that the webhook wants. */
  events: readonly string[]
}) => {
  const [wantsJson, setWantsJson] = useState(false)
  const read = readDraft(value)
  const problem = 'problem' in read ? read.problem : undefined
  const [lines, json] = [linesOfDraft(value), jsonOfDraft(value)]
  const asJson = lines === null || (wantsJson && json !== null)
  const onlyWay = lines === null || json === null ? onlyOneWay(json, problem) : null
  return (
    <FieldSuggestions types={source.types} events={events}>
      <div className="space-y-3">
        <SegmentedControl
          label="How the filter is written"
          options={[
            { value: 'lines', label: 'Lines', disabled: lines === null },
            { value: 'json', label: 'JSON', disabled: json === null },
          ]}
          value={asJson ? 'json' : 'lines'}
          onValueChange={(next) => setWantsJson(next === 'json')}
        />
        {onlyWay && <p className="text-xs text-muted">{onlyWay}</p>}
        {asJson ? (
          <JsonField
            text={json ?? ''}
            problem={problem}
            onChange={(text) => onChange({ kind: 'json', text })}
          />
        ) : (
          <Builder
            lines={lines}
            refused={refused}
            onChange={(next) => onChange({ kind: 'lines', ...next })}
          />
        )}
        <ConditionPreview
          condition={'problem' in read ? undefined : read.condition}
          source={source}
          events={events}
        />
      </div>
    </FieldSuggestions>
  )
}
