import { CircleAlert } from 'lucide-react'
import type { ReactNode } from 'react'

export interface FieldIds {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': true | undefined
}

/** Ids that tie a control to its hint and its error. */
export const fieldIds = (id: string, hint: ReactNode, error: string | undefined): FieldIds => ({
  id,
  'aria-describedby':
    [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ') || undefined,
  'aria-invalid': error ? true : undefined,
})

/** Label, hint and error around one control, which takes the ids of {@link fieldIds}. */
export const Field = ({
  id,
  label,
  hint,
  error,
  optional = false,
  children,
}: {
  id: string
  label: string
  hint?: ReactNode
  error?: string
  optional?: boolean
  children: ReactNode
}) => (
  <div className="space-y-1">
    <label htmlFor={id} className="flex items-baseline gap-1.5 font-medium">
      {label}
      {optional && <span className="text-xs font-normal text-muted">optional</span>}
    </label>
    {children}
    {hint && (
      <p id={`${id}-hint`} className="text-xs text-muted">
        {hint}
      </p>
    )}
    <FieldError id={id} error={error} />
  </div>
)

/** The error of a field, where there is one. */
export const FieldError = ({ id, error }: { id: string; error: string | undefined }) =>
  error ? (
    <p id={`${id}-error`} role="alert" className="flex items-center gap-1 text-xs font-medium text-danger">
      <CircleAlert aria-hidden className="size-3.5 shrink-0" />
      {error}
    </p>
  ) : null
