import { type ReactNode, useId } from 'react'
import { type Control, type FieldPathByValue, type FieldValues, useController } from 'react-hook-form'
import { FieldError, fieldIds } from './field.tsx'
import { Input } from './input.tsx'

interface RowFieldProps<I extends FieldValues, O, V> {
  control: Control<I, unknown, O>
  name: FieldPathByValue<I, V>
  /** For screen readers; the place in the row says it to the others. */
  label: string
  className?: string
}

const RowCell = ({ className, children }: { className?: string; children: ReactNode }) => (
  <div className={className ?? 'min-w-0 flex-1'}>{children}</div>
)

/** A line of text in one of several rows of a form. */
export const RowTextField = <I extends FieldValues, O>({
  control,
  name,
  label,
  className,
  placeholder,
}: RowFieldProps<I, O, string> & { placeholder?: string }) => {
  const id = useId()
  const { field, fieldState } = useController({ control, name })
  const error = fieldState.error?.message
  return (
    <RowCell className={className}>
      <Input
        {...fieldIds(id, null, error)}
        {...field}
        aria-label={label}
        placeholder={placeholder}
        spellCheck={false}
        className="font-mono"
      />
      <FieldError id={id} error={error} />
    </RowCell>
  )
}

/** A number in one of several rows of a form; null while it is none. */
export const RowNumberField = <I extends FieldValues, O>({
  control,
  name,
  label,
  className,
  min,
}: RowFieldProps<I, O, number | undefined> & { min?: number }) => {
  const id = useId()
  const { field, fieldState } = useController({ control, name })
  const error = fieldState.error?.message
  return (
    <RowCell className={className}>
      <Input
        {...fieldIds(id, null, error)}
        {...field}
        aria-label={label}
        type="number"
        step="any"
        min={min}
        value={Number.isFinite(field.value) ? String(field.value) : ''}
        onChange={(event) => field.onChange(event.target.value === '' ? null : event.target.valueAsNumber)}
      />
      <FieldError id={id} error={error} />
    </RowCell>
  )
}
