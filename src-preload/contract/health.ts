import { z } from 'zod'
import { inOrganizationSchema, procedure, timeSchema } from './procedure.ts'

/** What the self-check looks at, in the order in which it tells of it. */
export const healthCheckNames = [
  'worker',
  'queue',
  'leases',
  'replication',
  'storage',
  'disk',
  'database',
  'integrity',
  'backups',
  'clock',
  'jobs',
] as const
export const healthCheckNameSchema = z.enum(healthCheckNames)
export type HealthCheckName = z.infer<typeof healthCheckNameSchema>

export const healthCheckSchema = z.object({
  name: healthCheckNameSchema,
  state: z.enum(['ok', 'attention']),
  /** Whether it stands in the way of accepting or delivering right now. */
  blocking: z.boolean(),
  /** What was found, as a sentence. */
  fact: z.string(),
  /** What to do about it; null when nothing is to be done. */
  advice: z.string().nullable(),
})
export type HealthCheck = z.infer<typeof healthCheckSchema>

export const healthSchema = z.object({ at: timeSchema, checks: z.array(healthCheckSchema) })
export type Health = z.infer<typeof healthSchema>

export const healthContract = {
  /** The self-check of the installation. What was found a few seconds ago is told again. */
  get: procedure('settings.view').input(inOrganizationSchema).output(healthSchema),
}
