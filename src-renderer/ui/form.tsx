import { zodResolver } from '@hookform/resolvers/zod'
import { type ComponentProps, type FormEventHandler, type ReactNode, useId, useState } from 'react'
import {
  type Control,
  type DefaultValues,
  type FieldPathByValue,
  type FieldValues,
  type Path,
  useController,
  useForm,
} from 'react-hook-form'
import type { z } from 'zod'
import type { FieldError as HostError } from '#contract/errors.ts'
import { type Failure, failureOf } from '#renderer/bridge.ts'
import { Checkbox } from './checkbox.tsx'
import { Field, FieldError, fieldIds } from './field.tsx'
import { Input, Textarea } from './input.tsx'
import { ProblemNotice } from './problem-notice.tsx'
import { Select, type SelectOption } from './select.tsx'
import { useFocusOnRefusal } from './use-focus-on-refusal.ts'

/** An error deep in a value says where; the place in a plain list says nothing to a person. */
const messageInside = (path: readonly string[], message: string) =>
  path.every((part) => /^\d+$/.test(part)) ? message : `${path.join('.')}: ${message}`

/** What submits a form, and how that goes. */
export interface Submission {
  readonly onSubmit: FormEventHandler<HTMLFormElement>
  /** What went wrong and belongs to no field. */
  readonly failure: Failure | null
  readonly busy: boolean
}

/**
 * A form that is checked by a zod schema, and whose submit is a call to the host. Field errors of the answer
 * stand at their fields; everything else is `failure`, to be shown by FormProblem.
 */
export const useZodForm = <I extends FieldValues, O>(
  schema: z.ZodType<O, I>,
  {
    defaultValues,
    submit,
    placeOf = () => null,
  }: {
    defaultValues: DefaultValues<NoInfer<I>>
    submit: (values: O) => Promise<unknown>
    /** The field at which an error of the host stands; null: the one that has its name. */
    placeOf?: (path: readonly string[]) => Path<I> | null
  },
) => {
  const form = useForm<I, unknown, O>({
    resolver: zodResolver<I, unknown, O>(schema),
    defaultValues,
    shouldFocusError: true,
  })
  const onRefusal = useFocusOnRefusal()
  const [failure, setFailure] = useState<Failure | null>(null)
  const isField = (name: string): name is Path<I> => name in defaultValues
  const placed = ({ path, message }: HostError): { name: Path<I>; message: string } | null => {
    const parts = path.replace(/^\//, '').split('/')
    const place = placeOf(parts)
    if (place) return { name: place, message }
    const [name = '', ...inside] = parts
    return isField(name) ? { name, message: messageInside(inside, message) } : null
  }

  const onSubmit = form.handleSubmit(
    async (values, event) => {
      setFailure(null)
      try {
        await submit(values)
      } catch (error) {
        const problem = failureOf(error)
        const messages = new Map<Path<I>, string[]>()
        const unplaced = (problem.errors ?? []).filter((error) => {
          const at = placed(error)
          if (at) messages.set(at.name, [...(messages.get(at.name) ?? []), at.message])
          return at === null
        })
        for (const [name, texts] of messages)
          form.setError(name, { type: 'server', message: texts.join('; ') })
        if (!problem.errors?.length || unplaced.length > 0) setFailure({ ...problem, errors: unplaced })
        onRefusal(event?.target)
      }
    },
    (_errors, event) => onRefusal(event?.target),
  )
  const busy = form.formState.isSubmitting
  const submission: Submission = { onSubmit, failure, busy }
  return { control: form.control, form, onSubmit, failure, busy, submission }
}

/** The failure of a form's call that belongs to no field. */
export const FormProblem = ({ failure }: { failure: Failure | null }) =>
  failure && <ProblemNotice failure={failure} />

interface FormFieldProps<I extends FieldValues, O, V> {
  control: Control<I, unknown, O>
  name: FieldPathByValue<I, V>
  label: string
  hint?: ReactNode
}

/** A line (or with `rows` several lines) of text in a form. An empty one is ''. */
export const TextField = <I extends FieldValues, O>({
  control,
  name,
  label,
  hint,
  optional,
  rows,
  mono,
  ...rest
}: FormFieldProps<I, O, string | undefined> & {
  optional?: boolean
  rows?: number
  mono?: boolean
} & Pick<ComponentProps<'input'>, 'type' | 'placeholder' | 'autoComplete' | 'autoFocus' | 'inputMode'>) => {
  const id = useId()
  const { field, fieldState } = useController({ control, name })
  const shared = {
    ...fieldIds(id, hint, fieldState.error?.message),
    ref: field.ref,
    name: field.name,
    value: String(field.value ?? ''),
    onChange: field.onChange,
    onBlur: field.onBlur,
    placeholder: rest.placeholder,
    spellCheck: mono ? false : undefined,
    className: mono ? 'font-mono' : undefined,
  }
  return (
    <Field id={id} label={label} hint={hint} error={fieldState.error?.message} optional={optional}>
      {rows ? <Textarea rows={rows} {...shared} /> : <Input {...rest} {...shared} />}
    </Field>
  )
}

/** A number in a form, or null while it is none: an undefined one would fall back to what it was at first. */
export const NumberField = <I extends FieldValues, O>({
  control,
  name,
  label,
  hint,
  optional,
  min,
  max,
  step,
}: FormFieldProps<I, O, number | null | undefined> & { optional?: boolean } & Pick<
    ComponentProps<'input'>,
    'min' | 'max' | 'step'
  >) => {
  const id = useId()
  const { field, fieldState } = useController({ control, name })
  return (
    <Field id={id} label={label} hint={hint} error={fieldState.error?.message} optional={optional}>
      <Input
        {...fieldIds(id, hint, fieldState.error?.message)}
        type="number"
        ref={field.ref}
        name={field.name}
        value={Number.isFinite(field.value) ? String(field.value) : ''}
        onChange={(event) => field.onChange(event.target.value === '' ? null : event.target.valueAsNumber)}
        onBlur={field.onBlur}
        min={min}
        max={max}
        step={step}
      />
    </Field>
  )
}

/** One of a list of texts in a form. */
export const SelectField = <I extends FieldValues, O, V extends string>({
  control,
  name,
  label,
  hint,
  options,
  onChosen,
}: FormFieldProps<I, O, V | null | undefined> & {
  options: readonly SelectOption<V>[]
  /** After the person has chosen, for fields that follow this one. */
  onChosen?: (value: V) => void
}) => {
  const id = useId()
  const { field, fieldState } = useController({ control, name })
  const chosen = options.find((option) => option.value === field.value) ?? options[0]
  return (
    <Field id={id} label={label} hint={hint} error={fieldState.error?.message}>
      {chosen && (
        <Select<V>
          {...fieldIds(id, hint, fieldState.error?.message)}
          ref={field.ref}
          name={field.name}
          options={options}
          value={chosen.value}
          onValueChange={(value) => {
            field.onChange(value)
            onChosen?.(value)
          }}
          onBlur={field.onBlur}
        />
      )}
    </Field>
  )
}

/** Yes or no in a form. */
export const CheckboxField = <I extends FieldValues, O>({
  control,
  name,
  label,
  hint,
}: FormFieldProps<I, O, boolean | undefined>) => {
  const id = useId()
  const { field, fieldState } = useController({ control, name })
  const error = fieldState.error?.message
  return (
    <div className="-ml-1 flex items-start gap-1">
      <Checkbox
        {...fieldIds(id, hint, error)}
        ref={field.ref}
        checked={field.value === true}
        onCheckedChange={(checked) => field.onChange(checked === true)}
        onBlur={field.onBlur}
      />
      <div className="py-0.5">
        <label htmlFor={id}>{label}</label>
        {hint && (
          <p id={`${id}-hint`} className="text-xs text-muted">
            {hint}
          </p>
        )}
        <FieldError id={id} error={error} />
      </div>
    </div>
  )
}

/** Some of a short list, each with a checkbox; the value is an array. */
export const CheckboxGroupField = <I extends FieldValues, O, V extends string>({
  control,
  name,
  label,
  hint,
  options,
}: FormFieldProps<I, O, V[] | undefined> & {
  options: readonly (SelectOption<V> & { description?: string })[]
}) => {
  const id = useId()
  const { field, fieldState } = useController({ control, name })
  const chosen: readonly unknown[] = Array.isArray(field.value) ? field.value : []
  const error = fieldState.error?.message
  const ids = fieldIds(id, hint, error)
  return (
    <fieldset aria-describedby={ids['aria-describedby']} className="space-y-1">
      <legend className="font-medium">{label}</legend>
      {hint && (
        <p id={`${id}-hint`} className="text-xs text-muted">
          {hint}
        </p>
      )}
      {options.map((option, index) => (
        <div key={option.value} className="-ml-1 flex items-start gap-1">
          <Checkbox
            id={`${id}-${option.value}`}
            ref={index === 0 ? field.ref : undefined}
            disabled={option.disabled}
            checked={chosen.includes(option.value)}
            onCheckedChange={(checked) =>
              field.onChange(
                options
                  .map((candidate) => candidate.value)
                  .filter((value) => (value === option.value ? checked === true : chosen.includes(value))),
              )
            }
          />
          <label htmlFor={`${id}-${option.value}`} className="py-0.5">
            {option.label}
            {option.description && <span className="block text-xs text-muted">{option.description}</span>}
          </label>
        </div>
      ))}
      <FieldError id={id} error={error} />
    </fieldset>
  )
}
