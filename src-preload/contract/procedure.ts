import { oc } from '@orpc/contract'
import { z } from 'zod'
import type { Action } from './actions.ts'
import { occasionIdSchema, organizationIdSchema } from './ids.ts'

/**
 * What a procedure demands before it runs. An action of the access rules; `signed_in` for what every
 * signed-in person may do with their own session; `public` for what works before sign-in.
 */
export type Access = Action | 'signed_in' | 'public'

/** Metadata that every procedure carries. The host refuses to start with a procedure that has none. */
export interface ProcedureMeta extends Record<string, unknown> {
  readonly access?: Access
}

const base = oc.$meta<ProcedureMeta>({})

/** Starts a procedure of the console. The access it demands is not optional. */
export const procedure = (access: Access) => base.meta({ access })

/** Input of everything that happens inside an organization. */
export const inOrganizationSchema = z.object({ organizationId: organizationIdSchema })

/** As above, optionally narrowed to one occasion. `null` or absent: the organization itself and all occasions. */
export const inScopeSchema = inOrganizationSchema.extend({ occasionId: occasionIdSchema.nullish() })

/** The answer of procedures that have nothing to say. */
export const doneSchema = z.object({ done: z.literal(true) })

/** Unix time in milliseconds. */
export const timeSchema = z.int().min(0)
