import type { Page } from '@playwright/test'
import type { ErrorCode } from '#contract/errors.ts'
import { type Client, organizationOf } from './console-client.ts'
import { callProcedure } from './procedure.ts'
import { expect } from './test.ts'

/** Calls that would change something, each with an input that is in order for whoever may make it. */
const changesIn = (
  organizationId: string,
  { apiKeyId, webhookId }: { apiKeyId: string; webhookId: string },
) =>
  ({
    'apiKeys/create': {
      organizationId,
      name: 'Not for me',
      environment: 'production',
      scopes: ['api', 'admin'],
    },
    'apiKeys/revoke': { organizationId, apiKeyIds: [apiKeyId] },
    'webhooks/create': { organizationId, url: 'http://127.0.0.1:9/hooks', events: ['*'] },
    'webhooks/pause': { organizationId, webhookId },
    'webhooks/delete': { organizationId, webhookIds: [webhookId] },
    'webhooks/sendTest': { organizationId, webhookId, eventType: 'order.paid' },
    'settings/setIdleLock': { organizationId, idleLockMinutes: 0 },
  }) as const

/** Calls that only read. */
const readsIn = (organizationId: string) =>
  ({
    'apiKeys/list': { organizationId },
    'webhooks/list': { organizationId },
    'events/list': { organizationId },
    'connections/list': { organizationId },
    'audit/list': { organizationId },
    'users/list': { organizationId },
  }) as const

export type GuardedCall = keyof ReturnType<typeof changesIn> | keyof ReturnType<typeof readsIn>

/** An API key and a webhook of the organization to try things on, as far as somebody can name them at all. */
const targetsOf = async (owner: Client, organizationId: string) => {
  const decisions = await owner.access.mine({ organizationId })
  const mayViewKeys = decisions.some(({ action, allowed }) => action === 'api_keys.view' && allowed)
  const keys = mayViewKeys ? await owner.apiKeys.list({ organizationId, limit: 1 }) : null
  const webhooks = await owner.webhooks.list({ organizationId, limit: 1 })
  return {
    apiKeyId: keys?.items[0]?.id ?? 'key_00000000000000000000000000',
    webhookId: webhooks.items[0]?.id ?? 'whk_00000000000000000000000000',
  }
}

/**
 * Makes the calls from the page, with the session of its person, and expects the host to refuse each with the
 * code. `owner`: somebody who may see the keys and webhooks of the organization.
 */
export const expectRefused = async (
  page: Page,
  owner: Client,
  calls: Partial<Record<GuardedCall, ErrorCode>>,
): Promise<void> => {
  const { id } = await organizationOf(owner)
  const inputs = { ...changesIn(id, await targetsOf(owner, id)), ...readsIn(id) }
  const isGuarded = (procedure: string): procedure is GuardedCall => procedure in inputs
  const codes: Record<string, string | null> = {}
  for (const procedure of Object.keys(calls).filter(isGuarded)) {
    codes[procedure] = (await callProcedure(page, procedure, inputs[procedure])).code
  }
  expect(codes).toEqual(calls)
}
