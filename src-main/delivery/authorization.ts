import type { ClaimedWebhook } from '#main/store/interface.ts'

/** The header by which Patchbay shows itself to a receiver. */
export interface Authorization {
  /** In lower case. */
  readonly name: string
  /** Null when it changes with every token: then the channel adds the header. */
  readonly value: string | null
  /** What the record of an attempt tells of it. */
  readonly recorded: string
  /** Texts that must not come back into a record from the answer of a receiver. */
  readonly secrets: readonly string[]
}

const hidden = '***'

const required = (text: string | undefined, what: string): string => {
  if (text === undefined) throw new Error(`The webhook has no ${what}.`)
  return text
}

/** As in RFC 7617, in UTF-8. */
export const basicValue = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`

/** What goes along with every signed request of a webhook; null for most. @throws Error without its credential. */
export const authorizationOf = ({
  options: { authentication },
  credentials,
}: Pick<ClaimedWebhook, 'options' | 'credentials'>): Authorization | null => {
  switch (authentication.kind) {
    case 'none':
      return null
    case 'basic': {
      const password = required(credentials.password, 'password')
      const value = basicValue(authentication.username, password)
      const secrets = [value.slice('Basic '.length), password]
      return { name: 'authorization', value, recorded: `Basic ${hidden}`, secrets }
    }
    case 'bearer': {
      const token = required(credentials.token, 'token')
      const recorded = `Bearer ${hidden}`
      return { name: 'authorization', value: `Bearer ${token}`, recorded, secrets: [token] }
    }
    case 'header': {
      const value = required(credentials.token, 'token')
      return { name: authentication.name.toLowerCase(), value, recorded: hidden, secrets: [value] }
    }
    case 'oauth2':
      return { name: 'authorization', value: null, recorded: `Bearer ${hidden}`, secrets: [] }
  }
}
