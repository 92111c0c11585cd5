import { clsx } from 'clsx'
import { Slot } from 'radix-ui'
import type { ComponentProps } from 'react'
import { Spinner } from './spinner.tsx'

const looks = {
  primary: 'border-transparent bg-accent-solid text-white hover:bg-accent-strong',
  secondary: 'border-line bg-surface text-ink shadow-raised hover:bg-hover',
  ghost: 'border-transparent text-ink hover:bg-hover',
  danger: 'border-transparent bg-danger-solid text-white hover:bg-danger-strong',
} as const

const sizes = { sm: 'h-7 px-2 text-xs', md: 'h-8 px-3 text-sm' } as const

export interface ButtonProps extends ComponentProps<'button'> {
  look?: keyof typeof looks
  size?: keyof typeof sizes
  /** Shows a spinner and takes no clicks; the label stays for screen readers. */
  busy?: boolean
  /** Renders the only child (a link) with the look of a button. */
  asChild?: boolean
}

/** A button with a text label. For a sole icon use IconButton. */
export const Button = ({
  look = 'secondary',
  size = 'md',
  busy = false,
  asChild = false,
  className,
  children,
  disabled,
  ...rest
}: ButtonProps) => {
  const classes = clsx(
    'inline-flex shrink-0 items-center justify-center gap-1.5 whitespace-nowrap rounded-md border font-medium',
    'transition-colors disabled:opacity-55 [&_svg]:size-3.5 [&_svg]:shrink-0',
    // The spinner takes the place of the icon.
    busy && '[&>svg]:hidden',
    looks[look],
    sizes[size],
    className,
  )
  if (asChild) {
    return (
      <Slot.Root className={classes} {...rest}>
        {children}
      </Slot.Root>
    )
  }
  return (
    <button type="button" className={classes} disabled={disabled || busy} aria-busy={busy} {...rest}>
      {busy && <Spinner />}
      {children}
    </button>
  )
}
