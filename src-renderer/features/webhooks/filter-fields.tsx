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

/** A field as an editor takes it, and what the host has against its value. */
const useEditor = <I extends FieldValues, O, V>({
  control,
  name,
}: Pick<EditorFieldProps<I, O, V>, 'control' | 'name'>) => {
  const { field, fieldState } = useController({ control, name })
  return {
    editor: { value: field.value, onChange: field.onChange, refused: fieldState.invalid },
    error: <FieldError id={name} error={hostMessage(fieldState.error)} />,
  }
}

/** Which events a webhook gets, by their bodies. */
export const ConditionField = <I extends FieldValues, O>({
  source,
  events,
  ...of
}: EditorFieldProps<I, O, ConditionDraft>) => {
  const { editor, error } = useEditor<I, O, ConditionDraft>(of)
  return (
    <>
      <ConditionEditor {...editor} source={source} events={events} />
      {error}
    </>
  )
}

/** What becomes of the body before it is signed and sent. */
export const ShapeField = <I extends FieldValues, O>({
  source,
  events,
  headers,
  ...of
}: EditorFieldProps<I, O, Shape | null> & { headers?: readonly CustomHeader[] }) => {
  const { editor, error } = useEditor<I, O, Shape | null>(of)
  return (
    <>
      <ShapeEditor {...editor} source={source} events={events} headers={headers} />
      {error}
    </>
  )
}
