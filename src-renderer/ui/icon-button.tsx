import { clsx } from 'clsx'
import type { LucideIcon } from 'lucide-react'
import type { ComponentProps } from 'react'
import { Tooltip } from './tooltip.tsx'

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children' | 'aria-label'> {
  icon: LucideIcon
  /** The accessible name; also the tooltip. */
  label: string
  size?: 'sm' | 'md'
}

/** A button that shows an icon only. Its label is the accessible name and the tooltip. */
export const IconButton = ({ icon: Icon, label, size = 'md', className, ...rest }: IconButtonProps) => (
  <Tooltip text={label}>
    <button
      type="button"
      aria-label={label}
      className={clsx(
        'inline-flex shrink-0 items-center justify-center rounded-md text-muted transition-colors',
        'hover:bg-hover hover:text-ink disabled:opacity-55 data-[state=open]:bg-hover',
        size === 'sm' ? 'size-6 [&_svg]:size-3.5' : 'size-8 [&_svg]:size-4',
        className,
      )}
      {...rest}
    >
      <Icon aria-hidden />
    </button>
  </Tooltip>
)
