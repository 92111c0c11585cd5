import * as Radix from '@radix-ui/react-dialog'
import type { ReactNode } from 'react'
import { useDialogFocus } from './dialog-focus.ts'

/** A dialog without visible heading near the top of the window, for a list of commands. */
export const CommandDialog = ({
  open,
  onOpenChange,
  title,
  children,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
  /** The accessible name. */
  title: string
  children: ReactNode
}) => (
  <Radix.Root open={open} onOpenChange={onOpenChange}>
    <Radix.Portal>
      <Radix.Overlay className="fixed inset-0 z-40 bg-overlay" />
      <Radix.Content
        {...useDialogFocus()}
        aria-describedby={undefined}
        className="fixed top-[12vh] left-1/2 z-40 w-[calc(100%-2rem)] max-w-xl -translate-x-1/2 overflow-hidden rounded-xl bg-surface shadow-floating focus:outline-none"
      >
        <Radix.Title className="sr-only">{title}</Radix.Title>
        {children}
      </Radix.Content>
    </Radix.Portal>
  </Radix.Root>
)
