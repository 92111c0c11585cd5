import { clsx } from 'clsx'
import { ChevronDown } from 'lucide-react'
import type { ComponentProps } from 'react'
import { controlClasses } from './input.tsx'

export interface SelectOption<V extends string = string> {
  value: V
  label: string
  disabled?: boolean
}

export interface SelectProps<V extends string>
  extends Omit<ComponentProps<'select'>, 'children' | 'value' | 'onChange'> {
  options: readonly SelectOption<V>[]
  value: V
  onValueChange: (value: V) => void
}

/** The platform's own list of choices: keyboard, type-ahead and screen readers work as people know them. */
export const Select = <V extends string>({
  options,
  value,
  onValueChange,
  className,
  ...rest
}: SelectProps<V>) => (
  <span className={clsx('relative inline-flex', className ?? 'w-full')}>
    <select
      className={clsx(controlClasses, 'h-8 appearance-none truncate pr-7')}
      value={value}
      onChange={(event) => {
        const chosen = options.find((option) => option.value === event.target.value)
        if (chosen) onValueChange(chosen.value)
      }}
      {...rest}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value} disabled={option.disabled}>
          {option.label}
        </option>
      ))}
    </select>
    <ChevronDown
      aria-hidden
      className="pointer-events-none absolute top-1/2 right-2 size-3.5 -translate-y-1/2 text-muted"
    />
  </span>
)
