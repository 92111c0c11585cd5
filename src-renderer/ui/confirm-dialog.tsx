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
  onConfirm,
}: ConfirmDialogProps) => {
  const cancel = useRef<HTMLButtonElement>(null)
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      role="alertdialog"
      width="sm"
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
      {failure ? <ProblemNotice failure={failure} /> : null}
    </Dialog>
  )
}
