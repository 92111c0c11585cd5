import * as Radix from '@radix-ui/react-dialog'
import type { ReactNode } from 'react'
import { useDialogFocus } from './dialog-focus.ts'

/** A modal that comes in from the left edge, for navigation on narrow windows. */
export const Sheet = ({
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
        className="fixed inset-y-0 left-0 z-40 flex w-64 max-w-[85vw] flex-col bg-surface shadow-floating focus:outline-none"
      >
        <Radix.Title className="sr-only">{title}</Radix.Title>
        {children}
      </Radix.Content>
    </Radix.Portal>
  </Radix.Root>
)
