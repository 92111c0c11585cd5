import type { Target } from './access.ts'

/** Where a thing belongs. */
export interface Owned {
  readonly organizationId: string
  readonly occasionId?: string | null
}

/**
 * The target of an operation on one thing: under the thing's own occasion, because that is where a capability is
 * resolved. A thing of another organization is addressed exactly like one that does not exist.
 */
export const named = (organizationId: string, kind: string, id: string, thing: Owned | null): Target => {
  if (thing === null || thing.organizationId !== organizationId) {
    return { organizationId, kind, id, ownerOrganizationId: null }
  }
  const occasionId = thing.occasionId ?? null
  return {
    organizationId,
    occasionId,
    kind,
    id,
    ownerOrganizationId: organizationId,
    ownerOccasionId: occasionId,
  }
}
