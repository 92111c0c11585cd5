import type { ConsoleContract } from '#contract/console.ts'
import { notificationsListed } from '#contract/notifications.ts'
import type { Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'

/** What happened by itself, for the admins that look at the console. */
export const createNotifications = ({
  store,
  access,
}: Toolbox): Operations<ConsoleContract['notifications']> => ({
  async list(caller, { organizationId }) {
    await access.require(caller, 'webhooks.view', { organizationId })
    const { allowed: seesKeys } = await access.decide(caller.principal, 'api_keys.view', { organizationId })
    const all = await store.read.notifications.list(organizationId, notificationsListed)
    return seesKeys ? all : all.filter(({ type }) => !type.startsWith('key.'))
  },

  async listAll(caller) {
    await access.require(caller, 'platform.webhooks.view', { organizationId: null })
    return store.read.notifications.listAll(notificationsListed)
  },
})
