import { clsx } from 'clsx'
import { Command } from 'cmdk'
import { Check, ChevronsUpDown, type LucideIcon, Search } from 'lucide-react'
import { Popover } from 'radix-ui'
import { type ReactNode, useState } from 'react'
import { controlClasses } from './input.tsx'
import { Spinner } from './spinner.tsx'

export interface ComboboxOption {
  value: string
  label: string
  detail?: string
  icon?: LucideIcon
}

export interface ComboboxGroup {
  label: string
  options: readonly ComboboxOption[]
}

export interface ComboboxProps {
  /** The accessible name of the control. */
  label: string
  groups: readonly ComboboxGroup[]
  value: string
  onValueChange: (value: string) => void
  /** What is chosen, in words; the placeholder stands while it is empty. */
  shown: ReactNode
  placeholder: string
  searchLabel: string
  /** Given when the caller finds the options for what is typed; otherwise they are narrowed here. */
  search?: { value: string; onChange: (value: string) => void; busy: boolean }
  /** A line below the options. */
  note?: ReactNode
  id?: string
  'aria-describedby'?: string
  'aria-invalid'?: true
  className?: string
}

const groupClasses =
  '[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-muted'

const Option = ({
  option: { value, label, detail, icon: Icon },
  chosen,
  onChoose,
}: {
  option: ComboboxOption
  chosen: boolean
  onChoose: () => void
}) => (
  <Command.Item
    value={value}
    keywords={detail ? [label, detail] : [label]}
    onSelect={onChoose}
    className="flex min-h-8 cursor-default items-center gap-2 rounded-md px-2 py-1 data-[selected=true]:bg-hover"
  >
    {Icon && <Icon aria-hidden className="size-4 shrink-0 text-muted" />}
    <span className="min-w-0 flex-1">
      <span className="block truncate">{label}</span>
      {detail && <span className="block truncate text-xs text-muted">{detail}</span>}
    </span>
    {chosen && (
      <>
        <Check aria-hidden className="size-4 shrink-0 text-accent" />
        <span className="sr-only">chosen</span>
      </>
    )}
  </Command.Item>
)

/** One of many things, found by typing. Opens from a button that shows what is chosen. */
export const Combobox = ({
  label,
  groups,
  value,
  onValueChange,
  shown,
  placeholder,
  searchLabel,
  search,
  note,
  className,
  ...ids
}: ComboboxProps) => {
  const [open, setOpen] = useState(false)
  const choose = (next: string) => {
    onValueChange(next)
    setOpen(false)
  }
  return (
    <Popover.Root open={open} onOpenChange={setOpen} modal>
      <Popover.Trigger
        {...ids}
        className={clsx(controlClasses, 'flex h-8 items-center gap-2 text-start', className)}
      >
        <span className="sr-only">{label}: </span>
        <span className={clsx('min-w-0 flex-1 truncate', !shown && 'text-muted')}>
          {shown || placeholder}
        </span>
        <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-muted" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          aria-label={label}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 w-80 max-w-[calc(100vw-1rem)] animate-appear overflow-hidden rounded-lg bg-surface shadow-floating focus:outline-none"
        >
          <Command label={searchLabel} shouldFilter={!search} loop>
            <div className="flex items-center gap-2 border-b border-line px-3">
              <Search aria-hidden className="size-4 shrink-0 text-muted" />
              <Command.Input
                placeholder={searchLabel}
                className="h-10 min-w-0 flex-1 bg-transparent outline-none"
                {...(search ? { value: search.value, onValueChange: search.onChange } : {})}
              />
              {search?.busy && <Spinner />}
            </div>
            <Command.List className="max-h-[min(20rem,var(--radix-popover-content-available-height))] overflow-y-auto p-1">
              {!search?.busy && (
                <Command.Empty className="px-2 py-6 text-center text-muted">Nothing found.</Command.Empty>
              )}
              {groups
                .filter(({ options }) => options.length > 0)
                .map((group) => (
                  <Command.Group key={group.label} heading={group.label} className={groupClasses}>
                    {group.options.map((option) => (
                      <Option
                        key={option.value}
                        option={option}
                        chosen={option.value === value}
                        onChoose={() => choose(option.value)}
                      />
                    ))}
                  </Command.Group>
                ))}
            </Command.List>
            {note && <div className="border-t border-line px-3 py-2 text-xs text-muted">{note}</div>}
          </Command>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
