import * as Radix from '@radix-ui/react-dialog'
import { clsx } from 'clsx'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useDialogFocus } from './dialog-focus.ts'

const widths = { sm: 'max-w-md', md: 'max-w-xl', lg: 'max-w-3xl' } as const

export interface DialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  /** The accessible name and the heading. */
  title: string
  /** A sentence below the heading, read out with it. */
  description?: ReactNode
  width?: keyof typeof widths
  /** False while the dialog must not be left: no close button, Escape and outside clicks do nothing. */
  dismissible?: boolean
  /** Where the focus goes on opening; the first field, or the dialog itself, when absent. */
  initialFocus?: { readonly current: HTMLElement | null }
  role?: 'dialog' | 'alertdialog'
  /** Buttons at the foot. */
  footer?: ReactNode
  children?: ReactNode
}

/** A modal dialog. The title is not optional: without it there is no accessible name. */
export const Dialog = ({
  open,
  onOpenChange,
  title,
  description,
  width = 'md',
  dismissible = true,
  initialFocus,
  role = 'dialog',
  footer,
  children,
}: DialogProps) => {
  const { onOpenAutoFocus, onCloseAutoFocus } = useDialogFocus()
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 grid place-items-center overflow-y-auto bg-overlay p-4 sm:p-8">
          <Radix.Content
            role={role}
            {...(description ? {} : { 'aria-describedby': undefined })}
            onEscapeKeyDown={(event) => !dismissible && event.preventDefault()}
            onInteractOutside={(event) => !dismissible && event.preventDefault()}
            onCloseAutoFocus={onCloseAutoFocus}
            onOpenAutoFocus={(event) => onOpenAutoFocus(event, initialFocus?.current)}
            className={clsx(
              'relative flex max-h-[calc(100dvh-4rem)] w-full animate-appear flex-col rounded-xl bg-surface',
              'shadow-floating focus:outline-none',
              widths[width],
            )}
          >
            <header className={clsx('px-5 pt-4 pb-3', dismissible && 'pr-14')}>
              <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
              {description && (
                <Radix.Description asChild>
                  <div className="mt-1 text-muted">{description}</div>
                </Radix.Description>
              )}
            </header>
            {children && <div className="min-h-0 flex-1 overflow-y-auto px-5 pt-1 pb-5">{children}</div>}
            {footer && (
              <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">
                {footer}
              </footer>
            )}
            {/* Last in the order, so that the focus starts at the first control of the content. */}
            {dismissible && (
              <Radix.Close
                aria-label="Close"
                className="absolute top-3 right-3 grid size-8 place-items-center rounded-md text-muted hover:bg-hover hover:text-ink"
              >
                <X aria-hidden className="size-4" />
              </Radix.Close>
            )}
          </Radix.Content>
        </Radix.Overlay>
      </Radix.Portal>
    </Radix.Root>
  )
}
