import { type ReactNode, useRef } from 'react'
import type { Failure } from '#renderer/bridge.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { ProblemNotice } from './problem-notice.tsx'

export interface ConfirmDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  /** Verb and object, with the count when there are several: "Revoke 3 API keys". */
  title: string
  /** What follows and what cannot be undone. */
  consequence: ReactNode
  /** The verb again, with its object: "Revoke keys". */
  confirmLabel: string
  /** False for a confirmation that destroys nothing. */
  destructive?: boolean
  busy?: boolean
  failure?: Failure | null
  /** What must be seen before it is confirmed, below the consequence. */
  children?: ReactNode
  /** The dialog is wider where there is a table to see. */
  width?: 'sm' | 'md'
  onConfirm: () => void
}

/** Asks before something that cannot be taken back. The focus is on Cancel. */
export const ConfirmDialog = ({
  open,
  onOpenChange,
  title,
  consequence,
  confirmLabel,
  destructive = true,
  busy = false,
  failure,
  children,
  width = 'sm',
  onConfirm,
}: ConfirmDialogProps) => {
  const cancel = useRef<HTMLButtonElement>(null)
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      role="alertdialog"
      width={width}
      title={title}
      description={consequence}
      initialFocus={cancel}
      footer={
        <>
          <Button ref={cancel} onClick={() => onOpenChange(false)}>
            Cancel
          </Button>
          <Button look={destructive ? 'danger' : 'primary'} busy={busy} onClick={onConfirm}>
            {confirmLabel}
          </Button>
        </>
      }
    >
      {(failure || children) && (
        <div className="space-y-4">
          {children}
          {failure && <ProblemNotice failure={failure} />}
        </div>
      )}
    </Dialog>
  )
}
