import { clsx } from 'clsx'
import { Check, type LucideIcon } from 'lucide-react'
import { DropdownMenu as Radix } from 'radix-ui'
import type { ReactNode } from 'react'

const itemClasses = clsx(
  'flex min-h-8 cursor-default items-center gap-2 rounded-md px-2 text-sm outline-none select-none',
  'data-[highlighted]:bg-hover data-[disabled]:opacity-55 [&>svg]:size-4 [&>svg]:shrink-0',
)

/** A menu that opens from its trigger, a button. */
export const Menu = ({
  trigger,
  align = 'start',
  side = 'bottom',
  className,
  children,
}: {
  trigger: ReactNode
  align?: 'start' | 'center' | 'end'
  side?: 'top' | 'bottom' | 'left' | 'right'
  className?: string
  children: ReactNode
}) => (
  <Radix.Root modal={false}>
    <Radix.Trigger asChild>{trigger}</Radix.Trigger>
    <Radix.Portal>
      <Radix.Content
        align={align}
        side={side}
        sideOffset={4}
        collisionPadding={8}
        className={clsx(
          'z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-48 animate-appear overflow-y-auto',
          'rounded-lg bg-surface p-1 shadow-floating',
          className,
        )}
      >
        {children}
      </Radix.Content>
    </Radix.Portal>
  </Radix.Root>
)

export const MenuItem = ({
  icon: Icon,
  danger = false,
  hint,
  disabled,
  onSelect,
  children,
}: {
  icon?: LucideIcon
  danger?: boolean
  hint?: ReactNode
  disabled?: boolean
  onSelect: () => void
  children: ReactNode
}) => (
  <Radix.Item
    className={clsx(itemClasses, danger ? 'text-danger' : '[&>svg]:text-muted')}
    disabled={disabled}
    onSelect={onSelect}
  >
    {Icon && <Icon aria-hidden />}
    <span className="min-w-0 flex-1 truncate">{children}</span>
    {hint && <span className="text-xs text-muted">{hint}</span>}
  </Radix.Item>
)

export interface MenuChoice {
  value: string
  label: string
  detail?: string
}

/** A group of which exactly one is chosen. */
export const MenuChoices = ({
  label,
  value,
  choices,
  onChoose,
}: {
  label: string
  value: string
  choices: readonly MenuChoice[]
  onChoose: (value: string) => void
}) => (
  <Radix.RadioGroup value={value} onValueChange={onChoose} aria-label={label}>
    {choices.map((choice) => (
      <Radix.RadioItem key={choice.value} value={choice.value} className={clsx(itemClasses, 'py-1')}>
        <span className="min-w-0 flex-1">
          <span className="block truncate">{choice.label}</span>
          {choice.detail && <span className="block truncate text-xs text-muted">{choice.detail}</span>}
        </span>
        <Radix.ItemIndicator>
          <Check aria-hidden className="size-4 text-accent" />
        </Radix.ItemIndicator>
      </Radix.RadioItem>
    ))}
  </Radix.RadioGroup>
)

export const MenuLabel = ({ children }: { children: ReactNode }) => (
  <Radix.Label className="px-2 pt-1.5 pb-1 text-xs font-medium text-muted">{children}</Radix.Label>
)
export const MenuSeparator = () => <Radix.Separator className="my-1 h-px bg-line" />
