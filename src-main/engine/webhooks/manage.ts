import type { WebhookRecord } from '#main/store/interface.ts'
import { named } from '../access/named.ts'
import { PatchbayError } from '../errors.ts'
import type { Caller } from '../operation.ts'
import type { Toolbox } from '../parts.ts'

/**
 * The webhook, for somebody who may manage it.
 * @throws PatchbayError as the access decision says; `not_found` for one of another organization too.
 */
export const requireManaged = async (
  { store, access }: Pick<Toolbox, 'store' | 'access'>,
  caller: Caller,
  organizationId: string,
  webhookId: string,
): Promise<WebhookRecord> => {
  const webhook = await store.read.webhooks.get(webhookId)
  await access.require(caller, 'webhooks.manage', named(organizationId, 'webhook', webhookId, webhook))
  if (webhook === null) throw new PatchbayError('not_found')
  return webhook
}
