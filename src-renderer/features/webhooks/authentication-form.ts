import { z } from 'zod'
import { type CredentialName, credentialsNeeded } from '#contract/webhook-credentials.ts'
import type { Authentication, WebhookOptions } from '#contract/webhook-options.ts'
import type { Webhook } from '#contract/webhooks.ts'

const text = z.string().trim()

/** How Patchbay shows itself, as a person gives it. Texts that the chosen kind does not need are not looked at. */
const fields = {
  kind: z.enum(['none', 'basic', 'bearer', 'header', 'oauth2']),
  username: text,
  headerName: text,
  tokenUrl: text,
  clientId: text,
  scope: text,
  caCertificate: text,
  clientCertificate: text,
  /** Secrets are only ever written: an empty one stays as it is. */
  password: z.string(),
  token: text,
  clientSecret: z.string(),
  clientKey: text,
}
type Field = keyof typeof fields

const needed: Partial<Record<z.output<typeof fields.kind>, readonly (readonly [Field, string])[]>> = {
  basic: [['username', 'Give the user name']],
  header: [['headerName', 'Give the name of the header']],
  oauth2: [
    ['tokenUrl', 'Give the address of the token endpoint'],
    ['clientId', 'Give the client id'],
  ],
}

export const authenticationFormSchema = z.object(fields).superRefine((form, context) => {
  for (const [field, message] of needed[form.kind] ?? []) {
    if (form[field] === '') context.addIssue({ code: 'custom', path: [field], message })
  }
})
export type AuthenticationForm = z.output<typeof authenticationFormSchema>

/** The form of a webhook: what it shows of secrets is nothing. */
export const authenticationFormOf = ({ options }: Pick<Webhook, 'options'>): AuthenticationForm => {
  const { authentication, caCertificate, clientCertificate } = options
  return {
    kind: authentication.kind,
    username: authentication.kind === 'basic' ? authentication.username : '',
    headerName: authentication.kind === 'header' ? authentication.name : '',
    tokenUrl: authentication.kind === 'oauth2' ? authentication.tokenUrl : '',
    clientId: authentication.kind === 'oauth2' ? authentication.clientId : '',
    scope: authentication.kind === 'oauth2' ? (authentication.scope ?? '') : '',
    caCertificate: caCertificate ?? '',
    clientCertificate: clientCertificate ?? '',
    password: '',
    token: '',
    clientSecret: '',
    clientKey: '',
  }
}

const authenticationOf = (form: AuthenticationForm): Authentication => {
  switch (form.kind) {
    case 'none':
    case 'bearer':
      return { kind: form.kind }
    case 'basic':
      return { kind: 'basic', username: form.username }
    case 'header':
      return { kind: 'header', name: form.headerName }
    case 'oauth2': {
      const { tokenUrl, clientId, scope } = form
      return { kind: 'oauth2', tokenUrl, clientId, scope: scope || null }
    }
  }
}

type Shown = Pick<WebhookOptions, 'authentication' | 'caCertificate' | 'clientCertificate'>

/** What the form says, as `webhooks.update` takes it. */
export const updateOfAuthentication = (
  form: AuthenticationForm,
): { options: Shown; credentials: Partial<Record<CredentialName, string>> } => {
  const options: Shown = {
    authentication: authenticationOf(form),
    caCertificate: form.caCertificate || null,
    clientCertificate: form.clientCertificate || null,
  }
  const given = credentialsNeeded(options).filter((name) => form[name] !== '')
  return { options, credentials: Object.fromEntries(given.map((name) => [name, form[name]])) }
}

const isField = (name: string | undefined): name is Field => name !== undefined && name in fields

/** The field at which an error of the host stands. */
export const placeOfAuthenticationError = ([root, ...path]: readonly string[]): Field | null => {
  const [name, part] = path
  if (root === 'credentials') return isField(name) ? name : null
  if (root !== 'options') return null
  if (name !== 'authentication') return isField(name) ? name : null
  if (part === 'name') return 'headerName'
  return isField(part) ? part : 'kind'
}
