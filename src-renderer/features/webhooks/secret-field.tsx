import { useId, useState } from 'react'
import { type Control, type FieldPathByValue, type FieldValues, useController } from 'react-hook-form'
import type { Credential } from '#contract/webhook-credentials.ts'
import { Button } from '#renderer/ui/button.tsx'
import { Field, fieldIds } from '#renderer/ui/field.tsx'
import { Input, Textarea } from '#renderer/ui/input.tsx'
import { RelativeTime } from '#renderer/ui/time.tsx'

/** A secret that can be written and never be read: one that is set is told, and may be replaced. */
export const SecretField = <I extends FieldValues, O>({
  control,
  name,
  label,
  hint,
  stored,
  rows,
}: {
  control: Control<I, unknown, O>
  name: FieldPathByValue<I, string>
  label: string
  hint?: string
  /** What is known of the present one; undefined without one. */
  stored: Credential | undefined
  rows?: number
}) => {
  const id = useId()
  const [replacing, setReplacing] = useState(false)
  const { field, fieldState } = useController({ control, name })
  const error = fieldState.error?.message
  if (stored && !replacing && error === undefined) {
    return (
      <div className="space-y-1">
        <div className="font-medium">{label}</div>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span>
            <span aria-hidden>•••••••• </span>
            <span className="text-muted">
              set <RelativeTime at={stored.setAt} /> by {stored.setBy}
            </span>
          </span>
          <Button size="sm" aria-label={`Replace ${label.toLowerCase()}`} onClick={() => setReplacing(true)}>
            Replace
          </Button>
        </div>
      </div>
    )
  }
  const shared = {
    ...fieldIds(id, hint, error),
    ref: field.ref,
    name: field.name,
    value: String(field.value ?? ''),
    onChange: field.onChange,
    onBlur: field.onBlur,
    autoComplete: 'off',
    autoFocus: replacing,
    spellCheck: false,
    className: 'font-mono',
  }
  return (
    <Field id={id} label={label} hint={hint} error={error}>
      <div className="flex gap-2">
        {rows ? <Textarea rows={rows} {...shared} /> : <Input type="password" {...shared} />}
        {stored && (
          <Button
            onClick={() => {
              field.onChange('')
              setReplacing(false)
            }}
          >
            Keep the present one
          </Button>
        )}
      </div>
    </Field>
  )
}
