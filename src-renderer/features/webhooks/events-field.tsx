import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import { clsx } from 'clsx'
import { Search, X } from 'lucide-react'
import { useId, useState } from 'react'
import { type Control, type FieldPathByValue, type FieldValues, useController } from 'react-hook-form'
import type { EventType } from '#contract/events.ts'
import { failureOf, orpc } from '#renderer/bridge.ts'
import { Checkbox } from '#renderer/ui/checkbox.tsx'
import { FieldError } from '#renderer/ui/field.tsx'
import { formatNumberOf } from '#renderer/ui/format.ts'
import { Input } from '#renderer/ui/input.tsx'
import { ProblemNotice } from '#renderer/ui/problem-notice.tsx'
import { LoadingBlock } from '#renderer/ui/skeleton.tsx'
import { countOf, coveredBy, type EventGroup, everything, groupsOf, togglePattern } from './event-patterns.ts'

interface Choice {
  chosen: readonly string[]
  onToggle: (pattern: string) => void
}

const PatternRow = ({
  pattern,
  description,
  strong = false,
  chosen,
  onToggle,
}: Choice & { pattern: string; description: string; strong?: boolean }) => {
  const id = useId()
  const wider = coveredBy(chosen, pattern)
  return (
    <div className={clsx('flex items-start gap-1 rounded-md hover:bg-hover', !strong && 'ml-5')}>
      <Checkbox
        id={id}
        checked={chosen.includes(pattern) || wider !== undefined}
        disabled={wider !== undefined}
        onCheckedChange={() => onToggle(pattern)}
      />
      <label htmlFor={id} className="min-w-0 flex-1 py-0.5 pr-2">
        <code className={clsx('font-mono text-xs', strong && 'font-semibold')}>{pattern}</code>
        <span className="ml-2 text-xs text-muted">{wider ? `included in ${wider}` : description}</span>
      </label>
    </div>
  )
}

const Group = ({ group, ...choice }: Choice & { group: EventGroup }) => (
  <li className="py-1">
    <PatternRow {...choice} strong pattern={group.pattern} description={`Every ${group.noun} event`} />
    {group.types.map(({ name, description }) => (
      <PatternRow key={name} {...choice} pattern={name} description={description} />
    ))}
  </li>
)

const Chosen = ({ chosen, onToggle }: Choice) => (
  <ul aria-label="Chosen events" className="flex flex-wrap gap-1">
    {chosen.map((pattern) => (
      <li key={pattern} className="inline-flex items-center rounded-sm bg-accent-soft pl-1.5 text-accent">
        <code className="font-mono text-xs">{pattern}</code>
        <button
          type="button"
          aria-label={`Remove ${pattern}`}
          onClick={() => onToggle(pattern)}
          className="grid size-6 place-items-center rounded-sm hover:bg-hover focus-visible:-outline-offset-2"
        >
          <X aria-hidden className="size-3" />
        </button>
      </li>
    ))}
  </ul>
)

const Picker = ({
  types,
  errorId,
  chosen,
  onToggle,
}: Choice & {
  types: readonly EventType[]
  /** Of what is wrong with the choice, where something is. */
  errorId: string | undefined
}) => {
  const [search, setSearch] = useState('')
  const groups = groupsOf(types, search)
  return (
    <div className="overflow-hidden rounded-lg border border-line">
      <div className="relative border-b border-line">
        <Search aria-hidden className="pointer-events-none absolute top-2.5 left-3 size-4 text-muted" />
        <Input
          type="search"
          aria-label="Search events"
          aria-invalid={errorId !== undefined || undefined}
          aria-describedby={errorId}
          placeholder="Search events"
          className="h-9 rounded-none border-0 pl-9 focus-visible:-outline-offset-2!"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      </div>
      <ul
        aria-label="Events"
        className="max-h-64 divide-y divide-line overflow-y-auto px-2 focus-visible:-outline-offset-2"
      >
        {search.trim() === '' && (
          <li className="py-1">
            <PatternRow
              strong
              pattern={everything}
              description="Every event, also of types that are added later"
              chosen={chosen}
              onToggle={onToggle}
            />
          </li>
        )}
        {groups.map((group) => (
          <Group key={group.noun} group={group} chosen={chosen} onToggle={onToggle} />
        ))}
        {groups.length === 0 && (
          <li className="px-2 py-6 text-center text-muted">No event matches “{search.trim()}”.</li>
        )}
      </ul>
    </div>
  )
}

/** Chooses events of the catalogue by name, by noun (`attendee.*`) or all of them. */
export const EventsField = <I extends FieldValues, O>({
  control,
  name,
  catalogue,
}: {
  control: Control<I, unknown, O>
  name: FieldPathByValue<I, string[]>
  /** Other event types than those that the tenants send. */
  catalogue?: UseQueryResult<EventType[]>
}) => {
  const id = useId()
  const { field, fieldState } = useController({ control, name })
  const chosen: readonly string[] = field.value
  const tenantTypes = useQuery(orpc.eventTypes.list.queryOptions({ enabled: catalogue === undefined }))
  const types = catalogue ?? tenantTypes
  const onToggle = (pattern: string) => field.onChange(togglePattern(chosen, pattern))
  const error = fieldState.error
  const errorId = error && `${id}-error`
  return (
    <fieldset aria-describedby={errorId} className="space-y-1.5">
      <legend className="mb-1 font-medium">
        Events
        {types.data && chosen.length > 0 && (
          <span className="ml-2 text-xs font-normal text-muted">
            {formatNumberOf(countOf(types.data, chosen), 'type')} of {types.data.length}
          </span>
        )}
      </legend>
      {chosen.length > 0 && <Chosen chosen={chosen} onToggle={onToggle} />}
      {types.data && <Picker types={types.data} errorId={errorId} chosen={chosen} onToggle={onToggle} />}
      {types.isPending && <LoadingBlock label="Loading event types" />}
      {types.isError && !types.data && (
        <ProblemNotice failure={failureOf(types.error)} onRetry={() => void types.refetch()} />
      )}
      {/* A wrong pattern is an error of one entry of the list. */}
      <FieldError id={id} error={error && (error.message ?? 'One of the chosen events cannot be used.')} />
    </fieldset>
  )
}
