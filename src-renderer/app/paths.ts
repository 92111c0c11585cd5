import type { Gate } from '#contract/vocabulary.ts'

/** The addresses of the console. `/settings/integrations/…` are those of the guide. */
export const paths = {
  overview: '/',
  events: '/events',
  event: (id: string) => `/events/${id}`,
  deliveries: '/deliveries',
  delivery: (id: string) => `/deliveries/${id}`,
  held: '/held',
  recover: '/deliveries/recover',
  recovery: (id: string) => `/deliveries/recoveries/${id}`,
  connections: '/settings/integrations/connections',
  apiKeys: '/settings/integrations/api',
  apiKey: (id: string) => `/settings/integrations/api/${id}`,
  webhooks: '/settings/integrations/webhooks',
  webhook: (id: string) => `/settings/integrations/webhooks/${id}`,
  users: '/settings/users',
  occasions: '/settings/occasions',
  subscription: '/settings/subscription',
  general: '/settings/general',
  data: '/settings/data',
  audit: '/audit',
  sessions: '/account/sessions',
  documentation: '/documentation',
  access: '/documentation/access',
  accessExplorer: '/settings/access',
  signIn: '/sign-in',
  platformCapabilities: '/platform/capabilities',
  platformSwitches: '/platform/switches',
  platformIntegrations: '/platform/integrations',
  platformWebhooks: '/platform/webhooks',
  platformOperational: '/platform/operational-webhooks',
  operationalDelivery: (id: string) => `/platform/operational-webhooks/deliveries/${id}`,
} as const

/** A page of the guide (`api-keys`), or a part of it (`people#occasions`). */
export const guideAddress = (page: string) => `${paths.documentation}/${page}`

/** What the documentation says of a gate. */
export const gateAddress = (gate: Gate) => `${paths.access}#${gate}`

/** The access explorer, asked something: `tab`, `subject`, `action` and the rest of its parameters. */
export const explorerAddress = (params: Readonly<Record<string, string>>) =>
  `${paths.accessExplorer}?${new URLSearchParams(params)}`
