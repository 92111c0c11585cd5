import { clsx } from 'clsx'
import { Switch as Radix } from 'radix-ui'
import type { ComponentProps } from 'react'

/** An on/off control that takes effect at once. Name it by a label or aria-label. */
export const Switch = ({ className, ...rest }: ComponentProps<typeof Radix.Root>) => (
  <Radix.Root
    className={clsx(
      'relative inline-flex h-6 w-10 shrink-0 items-center rounded-full border border-control bg-sunken p-0.5',
      'transition-colors data-[state=checked]:border-accent-solid data-[state=checked]:bg-accent-solid',
      'disabled:opacity-55',
      className,
    )}
    {...rest}
  >
    <Radix.Thumb className="block size-4 translate-x-0.5 rounded-full bg-control transition-transform data-[state=checked]:translate-x-[1.125rem] data-[state=checked]:bg-white" />
  </Radix.Root>
)
