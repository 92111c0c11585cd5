import { readFileSync } from 'node:fs'
import { type Command, Option } from 'commander'
import type { CredentialName } from '#contract/webhook-credentials.ts'
import { type SignatureStyle, signatureStyles, type WebhookOptions } from '#contract/webhook-options.ts'
import { UsageError } from '../output.ts'

const kinds = ['none', 'basic', 'bearer', 'header', 'oauth2'] as const
type Kind = (typeof kinds)[number]

/** How Patchbay shows itself to the receiver. No flag takes a secret: other users see the arguments of a command. */
export interface AuthenticationFlags {
  readonly auth?: Kind
  readonly authUser?: string
  readonly authHeader?: string
  readonly tokenUrl?: string
  readonly clientId?: string
  readonly scope?: string
  readonly credentialStdin?: true
  readonly caFile?: string
  readonly clientCertFile?: string
  readonly clientKeyFile?: string
  readonly signatureStyle?: readonly (SignatureStyle | 'none')[]
}

const variable = 'PATCHBAY_WEBHOOK_CREDENTIAL'

export const addAuthenticationFlags = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--auth <kind>',
        `with the password, token or client secret from --credential-stdin or ${variable}`,
      ).choices(kinds),
    )
    .option('--auth-user <name>', 'user name, for basic')
    .option('--auth-header <name>', 'name of the header, for header')
    .option('--token-url <url>', 'token endpoint, for oauth2')
    .option('--client-id <id>', 'for oauth2')
    .option('--scope <scope>', 'for oauth2')
    .option('--credential-stdin', 'read the secret from standard input')
    .option('--ca-file <file>', 'authority to trust beside those of the system, PEM; none for no own one')
    .option('--client-cert-file <file>', 'certificate to show to the receiver, PEM; none for no certificate')
    .option('--client-key-file <file>', 'its private key, PEM')
    .addOption(
      new Option('--signature-style <styles...>', 'signatures in addition; none for no other').choices([
        ...signatureStyles,
        'none',
      ]),
    )

const ofKind: Partial<Record<Kind, CredentialName>> = {
  basic: 'password',
  bearer: 'token',
  header: 'token',
  oauth2: 'clientSecret',
}

const required = (text: string | undefined, flag: string): string => {
  if (text === undefined) throw new UsageError(`Give ${flag}.`)
  return text
}

const authenticationOf = (kind: Kind, flags: AuthenticationFlags): WebhookOptions['authentication'] => {
  switch (kind) {
    case 'none':
    case 'bearer':
      return { kind }
    case 'basic':
      return { kind, username: required(flags.authUser, '--auth-user') }
    case 'header':
      return { kind, name: required(flags.authHeader, '--auth-header') }
    case 'oauth2':
      return {
        kind,
        tokenUrl: required(flags.tokenUrl, '--token-url'),
        clientId: required(flags.clientId, '--client-id'),
        scope: flags.scope ?? null,
      }
  }
}

const secretOf = ({ credentialStdin }: AuthenticationFlags): string => {
  const secret = credentialStdin ? readFileSync(0, 'utf8').replace(/\r?\n$/, '') : process.env[variable]
  if (!secret) throw new UsageError(`Give the secret with --credential-stdin, or set ${variable}.`)
  return secret
}

const pemOf = (file: string): string | null => (file === 'none' ? null : readFileSync(file, 'utf8'))

/** The flags as the contract takes them; what no flag names is absent. */
export const shownBy = (
  flags: AuthenticationFlags,
): { options: Partial<WebhookOptions>; credentials: Partial<Record<CredentialName, string>> } => {
  const { auth, caFile, clientCertFile, clientKeyFile, signatureStyle } = flags
  const name = auth === undefined ? undefined : ofKind[auth]
  return {
    options: {
      ...(auth !== undefined && { authentication: authenticationOf(auth, flags) }),
      ...(caFile !== undefined && { caCertificate: pemOf(caFile) }),
      ...(clientCertFile !== undefined && { clientCertificate: pemOf(clientCertFile) }),
      ...(signatureStyle !== undefined && {
        signatureStyles: signatureStyle.filter((style) => style !== 'none'),
      }),
    },
    credentials: {
      ...(name !== undefined && { [name]: secretOf(flags) }),
      ...(clientKeyFile !== undefined && { clientKey: readFileSync(clientKeyFile, 'utf8') }),
    },
  }
}
