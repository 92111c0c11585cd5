import type { ContractProcedure, ErrorMap, InferSchemaInput, InferSchemaOutput, Meta } from '@orpc/contract'
import { ruleOf } from '#contract/actions.ts'
import type { TenantContract } from '#contract/tenant.ts'
import type { ApiKeyPrincipal } from '#main/engine/access/facts.ts'
import { toApiKey } from '#main/engine/api-keys/view.ts'
import { PatchbayError } from '#main/engine/errors.ts'
import type { Caller } from '#main/engine/operation.ts'
import type { ProgramEngine } from './program-engine.ts'

/** One call of the tenant API: everything in it happens in the organization of its key. */
export interface TenantCall extends Caller {
  readonly principal: ApiKeyPrincipal
}

type TenantOperation<Route> =
  Route extends ContractProcedure<infer Input, infer Output, ErrorMap, Meta>
    ? (call: TenantCall, input: InferSchemaOutput<Input>) => Promise<InferSchemaInput<Output>>
    : { readonly [Name in keyof Route]: TenantOperation<Route[Name]> }

/** One operation for every route of the tenant API. */
export type TenantOperations = TenantOperation<TenantContract>

/** The routes of the tenant API, over the same operations that the console calls. */
export const createTenantOperations = ({
  operations: { access, apiKeys, deliveries, events, webhooks },
  intake,
  toolbox: { store, clock },
}: ProgramEngine): TenantOperations => {
  const inOrganization = ({ principal: { organizationId } }: TenantCall) => ({ organizationId })
  return {
    async me(call) {
      const { organizationId, id } = call.principal
      const key = await store.read.apiKeys.get(id)
      const organization = await store.read.organizations.get(organizationId)
      if (key === null || organization === null) throw new PatchbayError('not_found')
      const decisions = await access.mine(call, { organizationId })
      return {
        key: toApiKey(key, clock.now()),
        organization,
        decisions: decisions.filter(({ action }) => ruleOf(action).keyScope !== undefined),
      }
    },
    events: {
      send: (call, input) => intake.accept(call, call.principal.organizationId, input),
      sendBatch: async (call, { events: inputs }) => ({
        events: [...(await intake.acceptBatch(call, call.principal.organizationId, inputs))],
      }),
      get: (call, input) => events.get(call, { ...inOrganization(call), ...input }),
    },
    deliveries: {
      list: (call, input) => deliveries.list(call, { ...inOrganization(call), ...input }),
      get: (call, input) => deliveries.get(call, { ...inOrganization(call), ...input }),
    },
    webhooks: {
      list: (call, input) => webhooks.list(call, { ...inOrganization(call), ...input }),
      get: (call, input) => webhooks.get(call, { ...inOrganization(call), ...input }),
      create: (call, input) => webhooks.create(call, { ...inOrganization(call), ...input }),
      update: (call, input) => webhooks.update(call, { ...inOrganization(call), ...input }),
      pause: (call, input) => webhooks.pause(call, { ...inOrganization(call), ...input }),
      resume: (call, input) => webhooks.resume(call, { ...inOrganization(call), ...input }),
      release: (call, input) => deliveries.release(call, { ...inOrganization(call), ...input }),
      releases: async (call, input) => ({
        items: await deliveries.releases(call, { ...inOrganization(call), ...input }),
      }),
      releaseReplays: (call, input) => deliveries.releaseReplays(call, { ...inOrganization(call), ...input }),
      discard: (call, input) => deliveries.discard(call, { ...inOrganization(call), ...input }),
      rotate: (call, input) => webhooks.rotateSecret(call, { ...inOrganization(call), ...input }),
      delete: (call, { webhookId }) =>
        webhooks.delete(call, { ...inOrganization(call), webhookIds: [webhookId] }),
    },
    releases: {
      pause: (call, input) => deliveries.pauseRelease(call, { ...inOrganization(call), ...input }),
      resume: (call, input) => deliveries.resumeRelease(call, { ...inOrganization(call), ...input }),
      cancel: (call, input) => deliveries.cancelRelease(call, { ...inOrganization(call), ...input }),
    },
    keys: {
      list: (call, input) => apiKeys.list(call, { ...inOrganization(call), ...input }),
      revoke: (call, { apiKeyId }) =>
        apiKeys.revoke(call, { ...inOrganization(call), apiKeyIds: [apiKeyId] }),
    },
  }
}
