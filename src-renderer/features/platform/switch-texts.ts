import type { KillSwitch } from '#contract/vocabulary.ts'

/** The organization that a switch is turned for. */
export interface SwitchPlace {
  id: string
  name: string
}

/** What a switch stops, and what follows from turning it off and on. */
export const switchTexts: Record<KillSwitch, { stops: string; off: string; on: string }> = {
  integrations: {
    stops: 'Stops managing connections. The catalogue and the history stay readable.',
    off: 'Nobody can connect, configure or disconnect. Connections that exist stay as they are.',
    on: 'Connections can be managed again by those who may.',
  },
  api_access: {
    stops: 'Stops the tenant API and managing API keys.',
    off: 'Every call with an API key is refused, and keys can be neither made nor changed. No key is revoked.',
    on: 'API keys work again, and can be managed by those who may.',
  },
  webhooks: {
    stops: 'Stops managing webhooks, resending and releasing.',
    off: 'Webhooks can be neither made nor changed. Those that exist go on delivering.',
    on: 'Webhooks can be managed again by those who may.',
  },
  delivery: {
    stops: 'Stops all sending. Events go on being accepted and are held.',
    off: 'Nothing is sent any more. Events are accepted and held; attempts that are under way end cleanly.',
    on: 'What was held is sent, oldest first.',
  },
}
