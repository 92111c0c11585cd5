import { Search, X } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Button } from './button.tsx'
import { Input } from './input.tsx'
import { useSearchParam } from './search-params.ts'
import { Select, type SelectOption } from './select.tsx'

/** The row of filters above a list. `onClear` is given while some filter is on. */
export const FilterBar = ({
  label,
  onClear,
  children,
}: {
  label: string
  onClear?: () => void
  children: ReactNode
}) => (
  <search aria-label={label} className="flex flex-wrap items-center gap-2">
    {children}
    {onClear && (
      <Button look="ghost" onClick={onClear}>
        <X aria-hidden />
        Clear filters
      </Button>
    )}
  </search>
)

const typingPauseMs = 250

/** A search box bound to a parameter of the URL; `/` puts the focus here. */
export const SearchFilter = ({ param = 'search', label }: { param?: string; label: string }) => {
  const [value, setValue] = useSearchParam(param)
  const [typed, setTyped] = useState(value)
  const sent = useRef(value)

  useEffect(() => {
    // The URL changed by other means than typing here: back, or "clear filters".
    if (value !== sent.current) {
      sent.current = value
      setTyped(value)
    }
  }, [value])

  useEffect(() => {
    if (typed === sent.current) return
    const timer = setTimeout(() => {
      sent.current = typed
      setValue(typed)
    }, typingPauseMs)
    return () => clearTimeout(timer)
  }, [typed, setValue])

  return (
    <div className="relative w-64 max-w-full">
      <Search aria-hidden className="pointer-events-none absolute top-2 left-2.5 size-4 text-muted" />
      <Input
        type="search"
        data-page-search
        aria-label={label}
        placeholder={label}
        className="pl-8 [&::-webkit-search-cancel-button]:hidden"
        maxLength={200}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </div>
  )
}

/** A choice bound to the URL by the caller; the first option stands for "any". */
export const ChoiceFilter = <V extends string>({
  label,
  anyLabel,
  options,
  value,
  onValueChange,
}: {
  label: string
  anyLabel: string
  options: readonly SelectOption<V>[]
  value: V | ''
  onValueChange: (value: V | '') => void
}) => (
  <Select<V | ''>
    aria-label={label}
    className="w-auto min-w-36"
    options={[{ value: '', label: anyLabel }, ...options]}
    value={value}
    onValueChange={onValueChange}
  />
)
