import type { Action } from '#contract/actions.ts'
import type { ConsoleContract } from '#contract/console.ts'
import { platformOrganizationId } from '#contract/ids.ts'
import type { Access } from '../access/access.ts'
import type { AuditTrail } from '../audit/audit.ts'
import { createDeliveries } from '../deliveries/operations.ts'
import type { Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'
import { createSettings } from '../settings/operations.ts'
import type { Backlog } from '../webhooks/backlog.ts'
import { createWebhooks } from '../webhooks/operations.ts'

const viewing: readonly Action[] = ['webhooks.view', 'deliveries.view', 'settings.view']

/** What an operation demands in an organization, demanded of the platform instead. */
const platformAccess = (access: Access): Access => ({
  decide: (principal, action, target) => access.decide(principal, action, target),
  require(caller, action, { kind, id, ownerOrganizationId }) {
    const asked = viewing.includes(action) ? 'platform.webhooks.view' : 'platform.webhooks.manage'
    return access.require(caller, asked, { organizationId: null, kind, id, ownerOrganizationId })
  },
})

/** These entries belong to the installation, and not to one of its organizations. */
const platformAudit = (audit: AuditTrail): AuditTrail => ({
  record: (writer, caller, fact) =>
    audit.record(writer, caller, { ...fact, action: `platform.${fact.action}`, organizationId: null }),
})

const here = { organizationId: platformOrganizationId }

/**
 * The platform's own webhooks: those of every organization, in the one organization that is no tenant, with its own
 * event types and the rules of the platform.
 */
export const createOperationalWebhooks = (
  toolbox: Toolbox,
  backlog: Backlog,
): Operations<ConsoleContract['operationalWebhooks']> => {
  const { access, audit, operationalEventTypes } = toolbox
  const own: Toolbox = {
    ...toolbox,
    access: platformAccess(access),
    audit: platformAudit(audit),
    eventTypes: operationalEventTypes,
  }
  const webhooks = createWebhooks(own, backlog)
  const deliveries = createDeliveries(own)
  const settings = createSettings(own)

  return {
    list: (caller, input) => webhooks.list(caller, { ...input, ...here }),
    async eventTypes(caller) {
      await own.access.require(caller, 'webhooks.view', here)
      return operationalEventTypes.list()
    },
    create: (caller, input) => webhooks.create(caller, { ...input, ...here }),
    update: (caller, input) => webhooks.update(caller, { ...input, ...here }),
    pause: (caller, input) => webhooks.pause(caller, { ...input, ...here }),
    resume: (caller, input) => webhooks.resume(caller, { ...input, ...here }),
    async delete(caller, { webhookId }) {
      await webhooks.delete(caller, { ...here, webhookIds: [webhookId] })
      return { done: true }
    },
    sendTest: (caller, input) => webhooks.sendTest(caller, { ...input, ...here }),
    previewCondition: (caller, input) => webhooks.previewCondition(caller, { ...input, ...here }),
    previewShape: (caller, input) => webhooks.previewShape(caller, { ...input, ...here }),
    deliveries: (caller, input) => deliveries.list(caller, { ...input, ...here }),
    delivery: (caller, input) => deliveries.get(caller, { ...input, ...here }),
    async networkRules(caller) {
      await own.access.require(caller, 'settings.view', here)
      const rules = await own.store.read.networkRules.list(platformOrganizationId)
      return rules.map(({ organizationId: _organization, ...rule }) => rule)
    },
    addNetworkRule: (caller, input) => settings.addNetworkRule(caller, { ...input, ...here }),
    removeNetworkRule: (caller, input) => settings.removeNetworkRule(caller, { ...input, ...here }),
  }
}
