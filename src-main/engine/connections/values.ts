import type { Connector, ConnectorField } from '#contract/connections.ts'
import type { FieldError } from '#contract/errors.ts'

/** The values of a connection's fields by name, secrets included; empty ones are left out. */
export type Values = ReadonlyMap<string, string>

/** What is wrong with the value of a field of `configuration`. */
export const wrongValue = (name: string, message: string): FieldError => ({
  path: `/configuration/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
  message,
})

const isSecret = ({ kind }: ConnectorField): boolean => kind === 'secret'
export const secretFields = ({ fields }: Connector): ConnectorField[] => fields.filter(isSecret)

const isAddress = (field: ConnectorField): boolean =>
  field.kind === 'url' || (field.kind === 'secret' && field.isUrl === true)

/** Every address among the values, by the name of its field. */
export const addressesIn = ({ fields }: Connector, values: Values): Map<string, URL> => {
  const addresses = new Map<string, URL>()
  for (const field of fields.filter(isAddress)) {
    const url = URL.parse(values.get(field.name) ?? '')
    if (url !== null) addresses.set(field.name, url)
  }
  return addresses
}

const normalised = (field: ConnectorField, text: string): string => {
  const url = isAddress(field) ? URL.parse(text) : null
  if (url === null) return text
  url.hash = ''
  return url.href
}

/**
 * The given values, white space around them taken off, addresses in their normal form. What is empty or null is
 * left out. Names that the connector does not have are wrong.
 */
export const readValues = (
  { fields, name: connectorName }: Connector,
  given: Readonly<Record<string, string | null>>,
): { values: Map<string, string>; errors: FieldError[] } => {
  const values = new Map<string, string>()
  const errors: FieldError[] = []
  for (const [name, text] of Object.entries(given)) {
    const field = fields.find((one) => one.name === name)
    const value = text?.trim() ?? ''
    if (field === undefined) errors.push(wrongValue(name, `${connectorName} has no such field`))
    else if (value !== '') values.set(name, normalised(field, value))
  }
  return { values, errors }
}

const controlCharacters = /\p{Cc}/u

const addressProblem = (text: string): string | null => {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) return 'Give an http or https address'
  if (url.username !== '' || url.password !== '') return 'Leave out the user name and password'
  return null
}

const patternProblem = (pattern: string | undefined, text: string, help: string): string | null =>
  pattern === undefined || new RegExp(pattern).test(text) ? null : `This does not look right. ${help}`

/** What is wrong with one value by itself; null when nothing is. */
export const valueProblem = (field: ConnectorField, text: string): string | null => {
  if (controlCharacters.test(text)) return 'Leave out line breaks and other control characters'
  switch (field.kind) {
    case 'url':
      return addressProblem(text)
    case 'select':
      return field.options.some(({ value }) => value === text) ? null : 'Choose one of the options'
    case 'secret':
      return (
        (field.isUrl === true ? addressProblem(text) : null) ??
        patternProblem(field.pattern, text, field.help)
      )
    case 'text':
      return patternProblem(field.pattern, text, field.help)
  }
}
