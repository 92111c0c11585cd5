import { createContext, type ReactNode, useContext, useId, useMemo } from 'react'
import type { EventType } from '#contract/events.ts'
import type { FieldIds } from '#renderer/ui/field.tsx'
import { Input } from '#renderer/ui/input.tsx'
import { suggestFields } from './field-suggestions.ts'

const SuggestionsId = createContext<string | undefined>(undefined)

/** Offers the fields of these events to every input of a path inside. */
export const FieldSuggestions = ({
  types,
  events,
  children,
}: {
  types: readonly EventType[]
  events: readonly string[]
  children: ReactNode
}) => {
  const id = useId()
  const fields = useMemo(() => suggestFields(types, events), [types, events])
  return (
    <SuggestionsId value={id}>
      <datalist id={id}>
        {fields.map(({ path, type }) => (
          <option key={path} value={path}>
            {type}
          </option>
        ))}
      </datalist>
      {children}
    </SuggestionsId>
  )
}

/** A place in the body of an event, with what the schemas know. */
export const FieldPathInput = ({
  label,
  value,
  onChange,
  ids,
}: {
  label: string
  value: string
  onChange: (path: string) => void
  /** Of its hint and error, where it has any. */
  ids?: FieldIds
}) => (
  <Input
    {...ids}
    aria-label={label}
    list={useContext(SuggestionsId)}
    value={value}
    onChange={(event) => onChange(event.target.value)}
    placeholder="data.email"
    spellCheck={false}
    autoComplete="off"
    className="min-w-0 font-mono"
  />
)
