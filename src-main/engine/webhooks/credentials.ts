import type { FieldError } from '#contract/errors.ts'
import {
  type CredentialChanges,
  type CredentialName,
  credentialNames,
  credentialsNeeded,
} from '#contract/webhook-credentials.ts'
import { reservedHeaderProblem, type WebhookOptions } from '#contract/webhook-options.ts'
import type { WebhookRecord, Writer } from '#main/store/interface.ts'
import { PatchbayError } from '../errors.ts'
import { certificateErrors } from './certificates.ts'

type Shown = Pick<WebhookRecord, 'url' | 'options'>

const words: Record<CredentialName, string> = {
  password: 'password',
  token: 'token',
  clientSecret: 'client secret',
  clientKey: 'private key of the client certificate',
}

const pathOf = (name: CredentialName): string => `/credentials/${name}`

const sameOrigin = (left: string, right: string): boolean => new URL(left).origin === new URL(right).origin

/** Editors change the white space of a file. */
const sameText = (left: string | null, right: string | null): boolean =>
  left?.replace(/\s/g, '') === right?.replace(/\s/g, '')

const tokenUrlOf = ({ authentication }: WebhookOptions): string | null =>
  authentication.kind === 'oauth2' ? authentication.tokenUrl : null

/**
 * Why a stored credential must be entered again, null when it may stay: somebody who cannot read a secret must not
 * be able to have it sent to an address of their own.
 */
const staleReason = (name: CredentialName, before: Shown, after: Shown): string | null => {
  if (name === 'clientKey') {
    return sameText(before.options.clientCertificate, after.options.clientCertificate)
      ? null
      : 'The client certificate is another one: give its private key, too'
  }
  const [old, now] =
    name === 'clientSecret'
      ? [tokenUrlOf(before.options), tokenUrlOf(after.options)]
      : [before.url, after.url]
  if (old !== null && now !== null && sameOrigin(old, now)) return null
  return `The address has another host: enter the ${words[name]} again, or take the authentication off first`
}

/** Header values hold printable ASCII; a password is encoded before it goes out. */
const formProblem = (name: CredentialName, value: string): string | null => {
  if (name !== 'token' || /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(value)) return null
  return 'Only printable ASCII, without spaces around it'
}

const credentialProblem = (
  name: CredentialName,
  value: string | null | undefined,
  { before, after, stored }: { before: Shown | null; after: Shown; stored: ReadonlySet<CredentialName> },
): string | null => {
  if (!credentialsNeeded(after.options).includes(name)) {
    return typeof value === 'string' ? `Nothing of this webhook uses a ${words[name]}` : null
  }
  if (typeof value === 'string') return formProblem(name, value)
  if (value === null || before === null || !stored.has(name)) return `Give the ${words[name]}`
  return staleReason(name, before, after)
}

const headerNameProblem = ({ authentication, headers }: WebhookOptions): string | null => {
  if (authentication.kind !== 'header') return null
  const name = authentication.name.toLowerCase()
  if (headers.some((header) => header.name.toLowerCase() === name)) {
    return 'This is one of the custom headers already'
  }
  // Reserved for authentication, which this is.
  return name === 'authorization' ? null : reservedHeaderProblem(name)
}

const usernameProblem = ({ authentication }: WebhookOptions): string | null =>
  authentication.kind === 'basic' && authentication.username.includes(':')
    ? 'A user name with a colon cannot be sent: the receiver takes the rest for the password'
    : null

/**
 * Checks how a webhook shows itself to its receiver, as it would be after a change.
 * @throws PatchbayError `invalid` with everything that is wrong, at its fields; never with a value.
 */
export const checkCredentials = (
  change: {
    /** Null for a new webhook. */
    readonly before: Shown | null
    readonly after: Shown
    readonly stored: ReadonlySet<CredentialName>
  },
  given: CredentialChanges,
): void => {
  const { options } = change.after
  const fields: FieldError[] = certificateErrors(options, given.clientKey)
  const report = (path: string, message: string | null): void => {
    if (message !== null) fields.push({ path, message })
  }
  report('/options/authentication/username', usernameProblem(options))
  report('/options/authentication/name', headerNameProblem(options))
  for (const name of credentialNames) report(pathOf(name), credentialProblem(name, given[name], change))
  const [first] = fields
  if (first !== undefined) throw new PatchbayError('invalid', { detail: first.message, fields })
}

/** What became of the credentials, for the audit log: their names. */
export interface CredentialDeeds {
  readonly credentialsSet?: CredentialName[]
  readonly credentialsRemoved?: CredentialName[]
}

/** Seals what was given, and removes what is not needed any more. */
export const saveCredentials = async (
  writer: Writer,
  webhook: Pick<WebhookRecord, 'id' | 'options'>,
  stored: ReadonlySet<CredentialName>,
  { given, by, now }: { given: CredentialChanges; by: string; now: number },
): Promise<CredentialDeeds> => {
  const needed = new Set(credentialsNeeded(webhook.options))
  const credentialsSet: CredentialName[] = []
  for (const name of credentialNames) {
    const value = given[name]
    if (typeof value !== 'string') continue
    await writer.webhookCredentials.set({ webhookId: webhook.id, name, value, setAt: now, setBy: by })
    credentialsSet.push(name)
  }
  const credentialsRemoved = [...stored].filter((name) => !needed.has(name))
  await writer.webhookCredentials.remove(webhook.id, credentialsRemoved)
  return {
    ...(credentialsSet.length > 0 ? { credentialsSet } : {}),
    ...(credentialsRemoved.length > 0 ? { credentialsRemoved } : {}),
  }
}

/** The names of the credentials of a webhook. */
export const storedCredentials = async (writer: Writer, webhookId: string): Promise<Set<CredentialName>> =>
  new Set((await writer.webhookCredentials.list([webhookId])).map(({ name }) => name))
