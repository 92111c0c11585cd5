import { PatchbayError } from '../errors.ts'
import type { Caller } from '../operation.ts'
import type { Access } from './access.ts'
import { refusal } from './refusal.ts'

/**
 * Demands what `signed_in` in the contract means: a session or key that is valid now, and something to do with the
 * organization where one is addressed. No role is asked for.
 * @throws PatchbayError as a refused session, or `not_found`.
 */
export const requireSignedIn = async (
  access: Access,
  caller: Caller,
  scope: { organizationId: string | null; occasionId?: string | null },
): Promise<void> => {
  // Of the answer only the gates count that read no role; hub.open reads neither switch nor capability.
  const decision = await access.decide(caller.principal, 'hub.open', {
    organizationId: scope.organizationId,
    occasionId: scope.occasionId ?? null,
  })
  const session = decision.gates.find(({ gate }) => gate === 'session')
  if (session?.code !== undefined) throw refusal(session.code, caller.principal)
  const place = decision.gates.find(({ gate }) => gate === 'scope')
  if (scope.organizationId !== null && place?.code === 'not_found') throw new PatchbayError('not_found')
}
