import { ShieldAlert } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import { Button } from './button.tsx'
import { Checkbox } from './checkbox.tsx'
import { CopyButton } from './copy-button.tsx'
import { Dialog } from './dialog.tsx'
import { withinSentence } from './format.ts'

export interface SecretOnceDialogProps {
  title: string
  /** The secret, or null when there is none to show: then the dialog is closed and holds nothing. */
  secret: string | null
  /** What the secret is: "API key", "Signing secret". */
  label: string
  /** How it is used, below the value. */
  children?: ReactNode
  /** Must set the caller's secret to null, so that it leaves state and DOM. */
  onClose: () => void
}

/**
 * Shows a secret the only time that it can be seen. It closes only after the person says that it is stored;
 * Escape and outside clicks do nothing, since a slip would lose the secret.
 */
export const SecretOnceDialog = ({ title, secret, label, children, onClose }: SecretOnceDialogProps) => {
  const [stored, setStored] = useState(false)
  const storedId = useId()
  const close = () => {
    setStored(false)
    onClose()
  }
  return (
    <Dialog
      open={secret !== null}
      onOpenChange={() => undefined}
      dismissible={false}
      title={title}
      description="This is the only time that it is shown. Patchbay cannot show it again."
      footer={
        <Button look="primary" disabled={!stored} onClick={close}>
          Close
        </Button>
      }
    >
      <div className="space-y-4">
        <div className="rounded-lg border border-line bg-sunken p-3">
          <div className="mb-1 text-xs font-medium text-muted">{label}</div>
          <div className="flex items-start gap-2">
            <code data-secret className="min-w-0 flex-1 py-0.5 font-mono text-sm break-all select-all">
              {secret}
            </code>
            <CopyButton text={secret ?? ''} label={`Copy ${withinSentence(label)}`} />
          </div>
        </div>
        {children}
        <div className="flex items-center gap-1.5 rounded-lg bg-warning-soft px-3 py-2 text-warning">
          <ShieldAlert aria-hidden className="size-4 shrink-0" />
          <Checkbox id={storedId} checked={stored} onCheckedChange={(value) => setStored(value === true)} />
          <label htmlFor={storedId} className="py-1 font-medium">
            I have stored it in a safe place
          </label>
        </div>
      </div>
    </Dialog>
  )
}

/**
 * A form that makes a secret, and then that secret, shown once: it leaves state and DOM with the dialog.
 * `form` is given what to call with the secret, or with null where there is none to show.
 */
export const SecretFlow = ({
  form,
  onClose,
  ...shown
}: Omit<SecretOnceDialogProps, 'secret'> & {
  form: (onMade: (secret: string | null) => void) => ReactNode
}) => {
  const [secret, setSecret] = useState<string | null>(null)
  const close = () => {
    setSecret(null)
    onClose()
  }
  if (secret === null) return form((made) => (made === null ? onClose() : setSecret(made)))
  return <SecretOnceDialog {...shown} secret={secret} onClose={close} />
}
