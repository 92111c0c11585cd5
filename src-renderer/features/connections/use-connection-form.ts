import { type FormEvent, useState } from 'react'
import type { Connection, Connector } from '#contract/connections.ts'
import { type Failure, failureOf } from '#renderer/bridge.ts'
import {
  type FieldErrors,
  fieldErrorsOf,
  initialValues,
  otherErrors,
  type Values,
  valueProblems,
} from './connection-values.ts'

const none: ReadonlySet<string> = new Set()

/** State of the form that a connector's fields draw. `submit` is the call to the host. */
export const useConnectionForm = (
  connector: Connector,
  connection: Connection | null,
  submit: (entered: {
    values: Values
    grants: string[]
    removedSecrets: ReadonlySet<string>
  }) => Promise<void>,
) => {
  const [values, setValues] = useState<Values>(() => initialValues(connector, connection))
  const [grants, setGrants] = useState<ReadonlySet<string>>(() => new Set(connection?.grants))
  const [removedSecrets, setRemovedSecrets] = useState(none)
  const [errors, setErrors] = useState<FieldErrors>({})
  const [failure, setFailure] = useState<Failure | null>(null)
  const [busy, setBusy] = useState(false)
  const keptSecrets = new Set(
    Object.keys(connection?.secrets ?? {}).filter((name) => !removedSecrets.has(name)),
  )

  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const focusFirstWrong = () =>
      requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
    const problems = valueProblems(connector, values, keptSecrets)
    setErrors(problems)
    setFailure(null)
    if (Object.keys(problems).length > 0) {
      focusFirstWrong()
      return
    }
    setBusy(true)
    try {
      await submit({ values, grants: [...grants], removedSecrets })
    } catch (error) {
      const problem = failureOf(error)
      const placed = fieldErrorsOf(problem.errors)
      setErrors(placed)
      focusFirstWrong()
      const rest = otherErrors(problem.errors)
      if (Object.keys(placed).length === 0 || rest.length > 0) setFailure({ ...problem, errors: rest })
    } finally {
      setBusy(false)
    }
  }

  const withMember = (set: ReadonlySet<string>, name: string, there: boolean) => {
    const next = new Set(set)
    if (there) next.add(name)
    else next.delete(name)
    return next
  }
  return {
    values,
    errors,
    failure,
    busy,
    grants,
    keptSecrets,
    removedSecrets,
    onSubmit,
    setValue: (name: string, value: string) => setValues({ ...values, [name]: value }),
    setGrants,
    toggleGrant: (name: string, granted: boolean) => setGrants(withMember(grants, name, granted)),
    removeSecret: (name: string, removed: boolean) =>
      setRemovedSecrets(withMember(removedSecrets, name, removed)),
  }
}
export type ConnectionForm = ReturnType<typeof useConnectionForm>
