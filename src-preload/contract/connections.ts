import { z } from 'zod'
import { connectionIdSchema, occasionIdSchema } from './ids.ts'
import { capabilityStateSchema } from './organizations.ts'
import { inScopeSchema, procedure, timeSchema } from './procedure.ts'

export const connectorCategories = [
  'accounting',
  'crm',
  'automation',
  'messaging',
  'ticketing',
  'erp',
] as const
export const connectorCategorySchema = z.enum(connectorCategories)

/** An entry of the connector catalogue (`resources/connectors.json`). */
export const connectorSchema = z.object({
  id: z.string().regex(/^[a-z0-9-]+$/),
  name: z.string(),
  category: connectorCategorySchema,
  description: z.string(),
  authentication: z.enum(['oauth2', 'api_key', 'basic', 'webhook', 'none']),
  actions: z.array(z.object({ name: z.string(), description: z.string() })),
})
export type Connector = z.infer<typeof connectorSchema>

export const connectionSchema = z.object({
  id: connectionIdSchema,
  connectorId: z.string(),
  occasionId: occasionIdSchema.nullable(),
  enabled: z.boolean(),
  connectedAt: timeSchema,
  connectedBy: z.string(),
})

export const connectionsContract = {
  /** The catalogue, the state of the capability and the existing connections; readable without the capability. */
  list: procedure('connections.view')
    .input(inScopeSchema)
    .output(
      z.object({
        capability: capabilityStateSchema,
        connectors: z.array(connectorSchema),
        connections: z.array(connectionSchema),
      }),
    ),
}
