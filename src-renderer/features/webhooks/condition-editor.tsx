import { Plus, X } from 'lucide-react'
import { useId, useState } from 'react'
import { type Condition, conditionSchema } from '#contract/webhook-options.ts'
import { Button } from '#renderer/ui/button.tsx'
import { Field, fieldIds } from '#renderer/ui/field.tsx'
import { IconButton } from '#renderer/ui/icon-button.tsx'
import { Input, Textarea } from '#renderer/ui/input.tsx'
import { SegmentedControl } from '#renderer/ui/segmented-control.tsx'
import { Select } from '#renderer/ui/select.tsx'
import { ConditionPreview, type PreviewPlace } from './condition-preview.tsx'
import {
  type ConditionRow,
  type ConditionRows,
  conditionOfRow,
  conditionOfRows,
  operators,
  rowsOfCondition,
  takesList,
  takesValue,
  withNewRow,
} from './condition-rows.ts'
import { FieldPathInput, FieldSuggestions } from './field-path-input.tsx'
import { kindOfScalar, scalarOf } from './scalar-text.ts'

const rowsMax = 20

const hintOf = (row: ConditionRow): string | null => {
  if (row.path.trim() === '') return 'Name a field. Until then this line asks nothing.'
  if (takesValue(row.operator) && row.text.trim() === '')
    return 'Give a value. Until then this line asks nothing.'
  if (conditionOfRow(row) === null) return 'This line cannot be asked like this, so it asks nothing.'
  if (takesList(row.operator)) return 'Separated by commas.'
  return null
}

const RowFields = ({
  row,
  number,
  onChange,
  onRemove,
}: {
  row: ConditionRow
  number: number
  onChange: (row: ConditionRow) => void
  onRemove: () => void
}) => {
  const hint = hintOf(row)
  const typed = takesValue(row.operator) && !takesList(row.operator) && row.text.trim() !== ''
  return (
    <li>
      <div className="flex flex-wrap items-center gap-1.5 sm:flex-nowrap">
        <div className="min-w-0 flex-1 basis-2/5">
          <FieldPathInput
            label={`Field ${number}`}
            value={row.path}
            onChange={(path) => onChange({ ...row, path })}
            invalid={row.path.trim() !== '' && conditionOfRow({ ...row, operator: 'present' }) === null}
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
      {(hint || typed) && (
        <p className="mt-0.5 text-xs text-muted">
          {hint ?? `Compared as ${kindOfScalar(scalarOf(row.text))}.`}
        </p>
      )}
    </li>
  )
}

const Builder = ({
  rows: asked,
  onChange,
}: {
  rows: ConditionRows
  onChange: (rows: ConditionRows) => void
}) => {
  const { mode, rows } = asked
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
  problem: string | null
  onChange: (text: string) => void
}) => {
  const id = useId()
  const hint = 'Combine with $and, $or and $not. Empty: every event.'
  return (
    <Field id={id} label="Condition as JSON" hint={hint} error={problem ?? undefined}>
      <Textarea
        {...fieldIds(id, hint, problem ?? undefined)}
        rows={8}
        value={text}
        onChange={(event) => onChange(event.target.value)}
        className="font-mono"
        spellCheck={false}
      />
    </Field>
  )
}

type Read = { readonly condition: Condition | null } | { readonly problem: string }

/** What a text of JSON asks; or what is wrong with it. */
const readCondition = (text: string): Read => {
  if (text.trim() === '') return { condition: null }
  try {
    const parsed = conditionSchema.safeParse(JSON.parse(text))
    if (parsed.success) return { condition: parsed.data }
    const [issue] = parsed.error.issues
    const where = issue?.path.length ? `At ${issue.path.join('.')}: ` : ''
    return { problem: `${where}${issue?.message}. Until then the last condition that was right goes on.` }
  } catch {
    return { problem: 'This is not JSON yet. Until then the last condition that was right goes on.' }
  }
}

/** What the person is writing, and the value that it was made from or has become. */
interface Draft {
  readonly of: string
  readonly rows: ConditionRows | null
  readonly json: string
  readonly asJson: boolean
}

const textOf = (value: Condition | null): string => (value === null ? '' : JSON.stringify(value, null, 2))

const draftOf = (value: Condition | null, asJson = false): Draft => {
  const rows = rowsOfCondition(value)
  return { of: textOf(value), rows, json: textOf(value), asJson: asJson || rows === null }
}

/** Which events a webhook gets, by fields of their body: in lines, or as JSON where lines cannot say it. */
export const ConditionEditor = ({
  value,
  onChange,
  ...place
}: PreviewPlace & { value: Condition | null; onChange: (value: Condition | null) => void }) => {
  const [draft, setDraft] = useState(() => draftOf(value))
  // Changed by somebody else: discarded, or saved elsewhere.
  const current = draft.of === textOf(value) ? draft : draftOf(value, draft.asJson)
  const become = (condition: Condition | null, next: Omit<Draft, 'of'>) => {
    setDraft({ ...next, of: textOf(condition) })
    if (textOf(condition) !== textOf(value)) onChange(condition)
  }
  const read = readCondition(current.json)
  return (
    <FieldSuggestions events={place.events}>
      <div className="space-y-3">
        <SegmentedControl
          label="How the filter is written"
          options={[
            { value: 'rows', label: 'Lines' },
            { value: 'json', label: 'JSON' },
          ]}
          value={current.asJson ? 'json' : 'rows'}
          onValueChange={(next) => setDraft(draftOf(value, next === 'json'))}
        />
        {current.asJson && rowsOfCondition(value) === null && (
          <p className="text-xs text-muted">
            This condition says more than lines can, so it is shown as JSON.
          </p>
        )}
        {current.asJson || current.rows === null ? (
          <JsonField
            text={current.json}
            problem={'problem' in read ? read.problem : null}
            onChange={(json) => {
              const next = readCondition(json)
              become('problem' in next ? value : next.condition, { ...current, json, asJson: true })
            }}
          />
        ) : (
          <Builder
            rows={current.rows}
            onChange={(rows) => become(conditionOfRows(rows), { ...current, rows })}
          />
        )}
        <ConditionPreview condition={value} place={place} />
      </div>
    </FieldSuggestions>
  )
}
