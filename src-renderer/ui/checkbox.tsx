import { clsx } from 'clsx'
import { Check, Minus } from 'lucide-react'
import { Checkbox as Radix } from 'radix-ui'
import type { ComponentProps } from 'react'

/** A checkbox of 16 px in a target of 24 px. `checked="indeterminate"` shows a dash. */
export const Checkbox = ({ className, ...rest }: ComponentProps<typeof Radix.Root>) => (
  <Radix.Root
    className={clsx(
      'group inline-flex size-6 shrink-0 items-center justify-center rounded-md disabled:opacity-55',
      'focus-visible:-outline-offset-2',
      className,
    )}
    {...rest}
  >
    <span
      className={clsx(
        'flex size-4 items-center justify-center rounded-sm border border-control bg-surface text-white',
        'group-hover:border-accent group-data-[state=checked]:border-accent-solid',
        'group-data-[state=checked]:bg-accent-solid group-data-[state=indeterminate]:border-accent-solid',
        'group-data-[state=indeterminate]:bg-accent-solid',
      )}
    >
      <Radix.Indicator className="group/mark">
        <Check aria-hidden className="hidden size-3 group-data-[state=checked]:block" strokeWidth={3} />
        <Minus aria-hidden className="hidden size-3 group-data-[state=indeterminate]:block" strokeWidth={3} />
      </Radix.Indicator>
    </span>
  </Radix.Root>
)
