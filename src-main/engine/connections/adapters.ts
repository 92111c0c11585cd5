import type { ConnectionAuthorization, Connector } from '#contract/connections.ts'
import type { FieldError } from '#contract/errors.ts'
import { type Values, valueProblem, wrongValue } from './values.ts'

/** What a kind of connector knows about its settings. No adapter calls the other system. */
export interface Adapter {
  /** Whether the provider still has to consent, given that the settings are right. */
  readonly authorization: ConnectionAuthorization
  /** What is wrong with the values, all of them together. */
  validate(connector: Connector, values: Values): FieldError[]
}

/** Goes by the catalogue alone: every required field is there, and every value is of its form. */
export const declarative: Adapter = {
  authorization: 'not_needed',
  validate: ({ fields }, values) =>
    fields.flatMap((field): FieldError[] => {
      const value = values.get(field.name)
      if (value === undefined) {
        return field.required ? [wrongValue(field.name, `Fill in: ${field.label}`)] : []
      }
      const problem = valueProblem(field, value)
      return problem === null ? [] : [wrongValue(field.name, problem)]
    }),
}

/**
 * OAuth 2.0 (RFC 6749): a registered app with its secret. The consent of the provider, which gives the tokens, is
 * not asked for yet; so the connection says that it is pending.
 */
const oauth2: Adapter = {
  authorization: 'pending',
  validate(connector, values) {
    const errors = declarative.validate(connector, values)
    const [id, secret] = [values.get('clientId'), values.get('clientSecret')]
    if (id !== undefined && id === secret) {
      errors.push(wrongValue('clientSecret', 'This is the client ID: give the secret that belongs to it'))
    }
    // RFC 6749, appendix A.1 and A.2: visible ASCII characters and spaces.
    for (const [name, value] of [['clientId', id] as const, ['clientSecret', secret] as const]) {
      if (value !== undefined && /[^\x20-\x7e]/.test(value)) {
        errors.push(wrongValue(name, 'Use the characters that the provider shows: letters, digits, signs'))
      }
    }
    return errors
  },
}

/** An address that starts something, perhaps with a header that authorizes: name and value go together. */
const webhook: Adapter = {
  authorization: 'not_needed',
  validate(connector, values) {
    const errors = declarative.validate(connector, values)
    if (values.has('headerName') && !values.has('headerValue')) {
      errors.push(wrongValue('headerValue', 'Give the value of the header, too'))
    }
    if (values.has('headerValue') && !values.has('headerName')) {
      errors.push(wrongValue('headerName', 'Name the header of this value'))
    }
    return errors
  },
}

/** HTTP Basic (RFC 7617): the colon ends the user name, so that none can be in it. */
const basic: Adapter = {
  authorization: 'not_needed',
  validate(connector, values) {
    const errors = declarative.validate(connector, values)
    const [userField] = connector.fields
    if (userField !== undefined && values.get(userField.name)?.includes(':')) {
      errors.push(wrongValue(userField.name, 'Leave out the colon'))
    }
    return errors
  },
}

const adapters = {
  oauth2,
  webhook,
  basic,
  api_key: declarative,
  none: declarative,
} as const satisfies Record<Connector['authentication'], Adapter>

export const adapterOf = ({ authentication }: Connector): Adapter => adapters[authentication]
