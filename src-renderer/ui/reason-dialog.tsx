import { z } from 'zod'
import { ConfirmDialog, type ConfirmDialogProps } from './confirm-dialog.tsx'
import { TextField, useZodForm } from './form.tsx'

const schema = z.object({ reason: z.string().trim().min(1, 'Say why').max(500) })

/** Asks before something that cannot be taken back, and why it is done. */
export const ReasonDialog = ({
  onConfirm,
  onClose,
  ...question
}: Pick<ConfirmDialogProps, 'title' | 'consequence' | 'confirmLabel'> & {
  onConfirm: (reason: string) => Promise<void>
  onClose: () => void
}) => {
  const { control, onSubmit, failure, busy } = useZodForm(schema, {
    defaultValues: { reason: '' },
    submit: ({ reason }) => onConfirm(reason),
  })
  return (
    <ConfirmDialog
      {...question}
      open
      onOpenChange={onClose}
      width="md"
      busy={busy}
      failure={failure}
      onConfirm={() => void onSubmit()}
    >
      <TextField
        control={control}
        name="reason"
        label="Why"
        hint="Kept in the audit log with your name."
        rows={2}
      />
    </ConfirmDialog>
  )
}
