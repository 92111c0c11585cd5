import { z } from 'zod'
import { connectionIdSchema, occasionIdSchema } from './ids.ts'
import { capabilityStateSchema } from './organizations.ts'
import { pageInputSchema, pageOf } from './paging.ts'
import { doneSchema, inOrganizationSchema, inScopeSchema, procedure, timeSchema } from './procedure.ts'

export const connectorCategories = [
  'accounting',
  'crm',
  'automation',
  'messaging',
  'ticketing',
  'erp',
] as const
export const connectorCategorySchema = z.enum(connectorCategories)

const connectorIdSchema = z.string().regex(/^[a-z0-9-]+$/)

const fieldBase = {
  /** The key of its value in a configuration. */
  name: z.string().regex(/^[a-z][A-Za-z0-9]*$/),
  label: z.string(),
  required: z.boolean(),
  /** One or two sentences: where to find it, what it looks like. */
  help: z.string(),
}
/** A regular expression over the whole value, after white space around it was taken off. */
const patternSchema = z.string().optional()

/** One thing that a person fills in to connect. */
export const connectorFieldSchema = z.discriminatedUnion('kind', [
  z.object({ ...fieldBase, kind: z.literal('text'), pattern: patternSchema }),
  /** An http or https address; the network policy judges it. */
  z.object({ ...fieldBase, kind: z.literal('url') }),
  /** Never shown again. `isUrl`: an address that is a secret itself; the network policy judges it too. */
  z.object({
    ...fieldBase,
    kind: z.literal('secret'),
    pattern: patternSchema,
    isUrl: z.literal(true).optional(),
  }),
  z.object({
    ...fieldBase,
    kind: z.literal('select'),
    options: z.array(z.object({ value: z.string(), label: z.string() })).min(1),
  }),
])
export type ConnectorField = z.infer<typeof connectorFieldSchema>

/** An entry of the connector catalogue (`resources/connectors.json`). */
export const connectorSchema = z.object({
  id: connectorIdSchema,
  name: z.string(),
  category: connectorCategorySchema,
  description: z.string(),
  authentication: z.enum(['oauth2', 'api_key', 'basic', 'webhook', 'none']),
  fields: z.array(connectorFieldSchema),
  actions: z.array(z.object({ name: z.string(), description: z.string() })),
})
export type Connector = z.infer<typeof connectorSchema>

/**
 * What a check of the settings found, without asking the other system: fields, secrets, and what the network
 * policy says about the addresses.
 */
export const connectionCheckSchema = z.object({
  status: z.enum(['ok', 'failing']),
  /** For the person; without a secret in it. */
  reason: z.string(),
  checkedAt: timeSchema,
})
export type ConnectionCheck = z.infer<typeof connectionCheckSchema>

/** `pending`: the provider was not asked yet for its consent, so that nothing can be called. */
export const connectionAuthorizationSchema = z.enum(['not_needed', 'pending'])
export type ConnectionAuthorization = z.infer<typeof connectionAuthorizationSchema>

export const connectionSchema = z.object({
  id: connectionIdSchema,
  connectorId: z.string(),
  occasionId: occasionIdSchema.nullable(),
  enabled: z.boolean(),
  /** The values of the fields that are not secret, by name. */
  configuration: z.record(z.string(), z.string()),
  /** The secrets that are kept, by name. `tail`: the last characters of a long one, to tell two apart; else empty. */
  secrets: z.record(z.string(), z.object({ configured: z.literal(true), tail: z.string() })),
  /** The names of the connector's actions that it may do. */
  grants: z.array(z.string()),
  authorization: connectionAuthorizationSchema,
  /** Of the latest check; null before the first one and after a reset. */
  check: connectionCheckSchema.nullable(),
  connectedAt: timeSchema,
  connectedBy: z.string(),
})
export type Connection = z.infer<typeof connectionSchema>

/** What a person can do with a connection, as its history tells it. `failing` and `recovered` are found by checks. */
export const connectionDeeds = [
  'connected',
  'enabled',
  'disabled',
  'configured',
  'reset',
  'disconnected',
  'failing',
  'recovered',
] as const
export const connectionDeedSchema = z.enum(connectionDeeds)
export type ConnectionDeed = z.infer<typeof connectionDeedSchema>

export const connectionHistoryEntrySchema = z.object({
  connectionId: connectionIdSchema,
  connectorId: z.string(),
  occasionId: occasionIdSchema.nullable(),
  deed: connectionDeedSchema,
  at: timeSchema,
  by: z.string(),
  /** What was changed, or what a check found; empty when the deed says it all. */
  detail: z.string(),
})
export type ConnectionHistoryEntry = z.infer<typeof connectionHistoryEntrySchema>

/** The most connections that a list shows. */
export const connectionsListMax = 1_000

const valueSchema = z.string().max(4_096)
/** Values by the names of the connector's fields. */
const configurationSchema = z.record(z.string().max(64), valueSchema)
const grantsSchema = z.array(z.string().max(64)).max(100)

const oneConnection = inOrganizationSchema.extend({ connectionId: connectionIdSchema })

export const connectionsContract = {
  /**
   * The catalogue, the state of the capability and the existing connections; readable without the capability.
   * Of the organization and all its occasions, or of one occasion.
   */
  list: procedure('connections.view')
    .input(inScopeSchema)
    .output(
      z.object({
        capability: capabilityStateSchema,
        connectors: z.array(connectorSchema),
        connections: z.array(connectionSchema),
        /** There are more than `connectionsListMax`: choose an occasion. */
        more: z.boolean(),
      }),
    ),
  /** Who did what, newest first; what was disconnected long ago is in it too. Readable without the capability. */
  history: procedure('connections.view')
    .input(inScopeSchema.extend(pageInputSchema.shape).extend({ connectorId: connectorIdSchema.optional() }))
    .output(pageOf(connectionHistoryEntrySchema)),
  /**
   * Makes a connection, enabled: one for each connector and place. Errors: `invalid` at `/configuration/<field>`,
   * `/grants/<index>` or `/connectorId`; `destination_blocked`; `conflict` when the place has one already.
   */
  connect: procedure('connections.manage')
    .input(
      inScopeSchema.extend({
        connectorId: connectorIdSchema,
        configuration: configurationSchema,
        grants: grantsSchema,
      }),
    )
    .output(connectionSchema),
  /**
   * Replaces configuration and grants; absent grants stay. A secret that is absent or empty stays too; null removes
   * it. When an address moves to another host, the secrets have to be given again: whoever chooses the host would
   * receive them.
   */
  configure: procedure('connections.manage')
    .input(
      oneConnection.extend({
        configuration: z.record(z.string().max(64), valueSchema.nullable()),
        grants: grantsSchema.optional(),
      }),
    )
    .output(connectionSchema),
  setEnabled: procedure('connections.manage')
    .input(oneConnection.extend({ enabled: z.boolean() }))
    .output(connectionSchema),
  /** Clears what the connector has stored (authorization, result of the check) and starts its time of connection anew. */
  reset: procedure('connections.manage').input(oneConnection).output(connectionSchema),
  /** Ends the connection and deletes its configuration and secrets. Its history stays. */
  disconnect: procedure('connections.manage').input(oneConnection).output(doneSchema),
  /** Checks the stored settings without calling the other system, and keeps the result. */
  check: procedure('connections.manage').input(oneConnection).output(connectionSchema),
}
