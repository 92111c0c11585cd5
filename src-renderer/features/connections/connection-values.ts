import type { Connection, Connector, ConnectorField } from '#contract/connections.ts'
import type { FieldError } from '#contract/errors.ts'

/** What is typed into the form of a connection: texts by the names of the fields. */
export type Values = Readonly<Record<string, string>>

/** What is wrong, by the names of the fields. */
export type FieldErrors = Readonly<Record<string, string>>

/** What the form starts with. Secrets are never shown, so their fields start empty. */
export const initialValues = ({ fields }: Connector, connection: Connection | null): Values =>
  Object.fromEntries(
    fields.map((field) => {
      const kept = connection?.configuration[field.name]
      const first = field.kind === 'select' && field.required ? field.options[0]?.value : undefined
      return [field.name, kept ?? first ?? '']
    }),
  )

const problemOf = (field: ConnectorField, value: string, kept: boolean): string | null => {
  if (value === '') return field.required && !kept ? 'This is needed' : null
  const pattern = field.kind === 'text' || field.kind === 'secret' ? field.pattern : undefined
  return pattern === undefined || new RegExp(pattern).test(value) ? null : 'This does not look right'
}

/** What can be seen to be wrong without asking the host. A secret that is kept may stay empty. */
export const valueProblems = (
  { fields }: Connector,
  values: Values,
  keptSecrets: ReadonlySet<string>,
): FieldErrors =>
  Object.fromEntries(
    fields.flatMap((field) => {
      const problem = problemOf(field, values[field.name]?.trim() ?? '', keptSecrets.has(field.name))
      return problem === null ? [] : [[field.name, problem]]
    }),
  )

const fieldPath = /^\/configuration\/([^/]+)$/

/** The errors of the host that stand at a field. */
export const fieldErrorsOf = (errors: readonly FieldError[] | undefined): FieldErrors =>
  Object.fromEntries(
    (errors ?? []).flatMap(({ path, message }) => {
      const name = fieldPath.exec(path)?.[1]
      return name === undefined ? [] : [[name, message]]
    }),
  )

/** The errors of the host that stand at no field. */
export const otherErrors = (errors: readonly FieldError[] | undefined): FieldError[] =>
  (errors ?? []).filter(({ path }) => !fieldPath.test(path))

/** What `connect` takes. */
export const newConfiguration = ({ fields }: Connector, values: Values): Record<string, string> =>
  Object.fromEntries(fields.map(({ name }) => [name, values[name] ?? '']))

/** What `configure` takes: all values, no empty secrets, and null for secrets that go. */
export const changedConfiguration = (
  { fields }: Connector,
  values: Values,
  removedSecrets: ReadonlySet<string>,
): Record<string, string | null> =>
  Object.fromEntries(
    fields.flatMap(({ name, kind }): [string, string | null][] => {
      if (kind === 'secret' && removedSecrets.has(name)) return [[name, null]]
      const value = values[name] ?? ''
      return kind === 'secret' && value === '' ? [] : [[name, value]]
    }),
  )
