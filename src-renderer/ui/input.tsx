import { clsx } from 'clsx'
import type { ComponentProps } from 'react'

/** Classes of everything that text is typed into or chosen from. */
export const controlClasses = clsx(
  'w-full rounded-md border border-control bg-surface px-2.5 text-sm text-ink',
  'hover:border-ink/60 focus-visible:outline-offset-0 aria-invalid:border-danger',
  'disabled:opacity-55 [&[readonly]]:bg-sunken',
)

/** A single-line text control. Give it a label with Field, or an aria-label. */
export const Input = ({ className, ...rest }: ComponentProps<'input'>) => (
  <input className={clsx(controlClasses, 'h-8', className)} {...rest} />
)

/** A control for several lines of text. */
export const Textarea = ({ className, ...rest }: ComponentProps<'textarea'>) => (
  <textarea className={clsx(controlClasses, 'min-h-20 py-1.5', className)} {...rest} />
)
