import {
  type Control,
  type FieldPathByValue,
  type FieldValues,
  type FieldError as FormError,
  useController,
} from 'react-hook-form'
import type { CustomHeader, Shape } from '#contract/webhook-options.ts'
import { FieldError } from '#renderer/ui/field.tsx'
import type { ConditionDraft } from './condition-draft.ts'
import { ConditionEditor } from './condition-editor.tsx'
import type { PreviewSource } from './preview-source.ts'
import { ShapeEditor } from './shape-editor.tsx'

interface EditorFieldProps<I extends FieldValues, O, V> {
  control: Control<I, unknown, O>
  name: FieldPathByValue<I, V>
  source: PreviewSource
  /** Those that the webhook wants. */
  events: readonly string[]
}

/** What the host has against a value. The editors themselves show what is wrong in what is written. */
const hostMessage = (error: FormError | undefined) => (error?.type === 'server' ? error.message : undefined)

/** Which events a webhook gets, by their bodies. */
export const ConditionField = <I extends FieldValues, O>({
  control,
  name,
  source,
  events,
}: EditorFieldProps<I, O, ConditionDraft>) => {
  const { field, fieldState } = useController({ control, name })
  return (
    <>
      <ConditionEditor
        value={field.value}
        onChange={field.onChange}
        refused={fieldState.invalid}
        source={source}
        events={events}
      />
      <FieldError id={name} error={hostMessage(fieldState.error)} />
    </>
  )
}

/** What becomes of the body before it is signed and sent. */
export const ShapeField = <I extends FieldValues, O>({
  control,
  name,
  source,
  events,
  headers,
}: EditorFieldProps<I, O, Shape | null> & { headers?: readonly CustomHeader[] }) => {
  const { field, fieldState } = useController({ control, name })
  return (
    <>
      <ShapeEditor
        value={field.value}
        onChange={field.onChange}
        refused={fieldState.invalid}
        source={source}
        events={events}
        headers={headers}
      />
      <FieldError id={name} error={hostMessage(fieldState.error)} />
    </>
  )
}
