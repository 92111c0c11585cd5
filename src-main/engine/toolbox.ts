import { createAccess } from './access/access.ts'
import { createAuditTrail } from './audit/audit.ts'
import { createIds } from './ids.ts'
import type { EngineParts, Toolbox } from './parts.ts'

/** Completes the parts with what the engine makes of them itself: ids, the door to `decide()`, the audit trail. */
export const createToolbox = (parts: EngineParts): Toolbox => {
  const ids = createIds(parts.clock, parts.randomBytes)
  return {
    ...parts,
    ids,
    access: createAccess(parts.store.read, parts.clock, parts.plans),
    audit: createAuditTrail(parts.clock, ids),
  }
}
