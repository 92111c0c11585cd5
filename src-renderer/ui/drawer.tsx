import * as Radix from '@radix-ui/react-dialog'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useDialogFocus } from './dialog-focus.ts'

/** A modal that comes in from the right edge, for the details of one thing beside its list. */
export const Drawer = ({
  open,
  onOpenChange,
  title,
  description,
  footer,
  children,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
  /** The accessible name and the heading. */
  title: string
  description?: ReactNode
  footer?: ReactNode
  children: ReactNode
}) => (
  <Radix.Root open={open} onOpenChange={onOpenChange}>
    <Radix.Portal>
      <Radix.Overlay className="fixed inset-0 z-40 bg-overlay" />
      <Radix.Content
        {...useDialogFocus()}
        {...(description ? {} : { 'aria-describedby': undefined })}
        className="fixed inset-y-0 right-0 z-40 flex w-[34rem] max-w-[calc(100vw-2rem)] flex-col bg-surface shadow-floating focus:outline-none"
      >
        <header className="border-b border-line px-5 pt-4 pr-14 pb-3">
          <Radix.Title className="text-lg font-semibold break-words">{title}</Radix.Title>
          {description && (
            <Radix.Description asChild>
              <div className="mt-0.5 text-muted">{description}</div>
            </Radix.Description>
          )}
        </header>
        <div className="min-h-0 flex-1 space-y-5 overflow-y-auto px-5 py-4">{children}</div>
        {footer && (
          <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">
            {footer}
          </footer>
        )}
        <Radix.Close
          aria-label="Close"
          className="absolute top-3 right-3 grid size-8 place-items-center rounded-md text-muted hover:bg-hover hover:text-ink"
        >
          <X aria-hidden className="size-4" />
        </Radix.Close>
      </Radix.Content>
    </Radix.Portal>
  </Radix.Root>
)
