import type { ApiKeyScope, Environment } from '#contract/vocabulary.ts'

export const environmentLabels: Record<Environment, string> = {
  production: 'Production',
  staging: 'Staging',
  development: 'Development',
}
export const environmentOptions = [
  { value: 'production', label: environmentLabels.production },
  { value: 'staging', label: environmentLabels.staging },
  { value: 'development', label: environmentLabels.development },
] as const satisfies readonly { value: Environment; label: string }[]

/** What a scope allows, for the person who gives it. */
export const scopeOptions = [
  {
    value: 'api',
    label: 'api',
    description: 'Send events, and read events and deliveries of the organization.',
  },
  {
    value: 'admin',
    label: 'admin',
    description: 'Create, change and delete webhooks; list and revoke API keys. For trusted automation only.',
  },
] as const satisfies readonly { value: ApiKeyScope; label: string; description: string }[]
