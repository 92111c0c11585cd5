import { useQuery } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useId, useMemo } from 'react'
import { orpc } from '#renderer/bridge.ts'
import { Input } from '#renderer/ui/input.tsx'
import { suggestFields } from './field-suggestions.ts'

const SuggestionsId = createContext<string | undefined>(undefined)

/** Offers the fields of these events to every input of a path inside. */
export const FieldSuggestions = ({
  events,
  children,
}: {
  events: readonly string[]
  children: ReactNode
}) => {
  const id = useId()
  const { data: types } = useQuery(orpc.eventTypes.list.queryOptions())
  const fields = useMemo(() => suggestFields(types ?? [], events), [types, events])
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
  invalid = false,
}: {
  label: string
  value: string
  onChange: (path: string) => void
  invalid?: boolean
}) => (
  <Input
    aria-label={label}
    aria-invalid={invalid || undefined}
    list={useContext(SuggestionsId)}
    value={value}
    onChange={(event) => onChange(event.target.value)}
    placeholder="data.email"
    spellCheck={false}
    autoComplete="off"
    className="min-w-0 font-mono"
  />
)
