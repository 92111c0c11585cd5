import { z } from 'zod'
import { actionSchema, decisionSchema } from './decision.ts'
import { apiKeyIdSchema, userIdSchema } from './ids.ts'
import { inScopeSchema, procedure } from './procedure.ts'

export const accessContract = {
  /** The decisions on all actions for the signed-in person, here. The console draws by them. */
  mine: procedure('signed_in').input(inScopeSchema).output(z.array(decisionSchema)),
  /** The decision for another person or for a key of the organization. */
  explain: procedure('access.explain')
    .input(
      inScopeSchema.extend({
        action: actionSchema,
        subject: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('user'), userId: userIdSchema }),
          z.object({ kind: z.literal('api_key'), apiKeyId: apiKeyIdSchema }),
        ]),
      }),
    )
    .output(decisionSchema),
}
