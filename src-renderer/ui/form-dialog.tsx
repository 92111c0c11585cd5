import { type ReactNode, useId } from 'react'
import { Button } from './button.tsx'
import { Dialog, type DialogProps } from './dialog.tsx'
import { FormProblem, type Submission } from './form.tsx'

/** A form in a dialog, with Cancel and the button that submits it. */
export const FormDialog = ({
  verb,
  danger = false,
  submission: { onSubmit, failure, busy },
  onClose,
  children,
  ...dialog
}: Pick<DialogProps, 'title' | 'description' | 'width'> & {
  /** What submitting does, with its object: "Rotate key". */
  verb: string
  danger?: boolean
  submission: Submission
  onClose: () => void
  children: ReactNode
}) => {
  const formId = useId()
  return (
    <Dialog
      {...dialog}
      open
      onOpenChange={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look={danger ? 'danger' : 'primary'} type="submit" form={formId} busy={busy}>
            {verb}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={onSubmit} noValidate className="space-y-4">
        <FormProblem failure={failure} />
        {children}
      </form>
    </Dialog>
  )
}
