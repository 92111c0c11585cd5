import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { orpc } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { ChoiceFilter } from '#renderer/ui/filter-bar.tsx'

/** Some event types, or all while none is chosen. */
export const EventTypesFilter = ({
  chosen,
  onChange,
}: {
  chosen: readonly string[]
  onChange: (chosen: readonly string[]) => void
}) => {
  const types = useQuery(orpc.eventTypes.list.queryOptions())
  const options = (types.data ?? [])
    .filter(({ name }) => !chosen.includes(name))
    .map(({ name }) => ({ value: name, label: name }))
  return (
    <>
      <ChoiceFilter
        label="Event type"
        anyLabel={chosen.length === 0 ? 'All event types' : 'And another type'}
        options={options}
        value=""
        onValueChange={(name) => name !== '' && onChange([...chosen, name])}
      />
      {chosen.map((name) => (
        <Button
          key={name}
          aria-label={`Without ${name}`}
          onClick={() => onChange(chosen.filter((one) => one !== name))}
        >
          <code className="font-mono text-xs">{name}</code>
          <X aria-hidden />
        </Button>
      ))}
    </>
  )
}
