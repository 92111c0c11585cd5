import { type Control, type FieldPathByValue, type FieldValues, useController } from 'react-hook-form'
import { TextField } from '#renderer/ui/form.tsx'
import { UrlVerdict } from './url-verdict.tsx'

/** Where requests go, with what the network policy says of it. */
export const UrlField = <I extends FieldValues, O>({
  control,
  name,
  ...field
}: {
  control: Control<I, unknown, O>
  name: FieldPathByValue<I, string | undefined>
  label: string
  optional?: boolean
  placeholder?: string
  hint?: string
}) => {
  const { field: typed, fieldState } = useController({ control, name })
  return (
    <div className="space-y-1.5">
      <TextField {...field} control={control} name={name} type="url" mono />
      <UrlVerdict url={String(typed.value ?? '')} refused={fieldState.invalid} />
    </div>
  )
}
