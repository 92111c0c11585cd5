import type { Connection } from '#contract/connections.ts'
import type { Occasion, OrganizationForUser } from '#contract/session.ts'

/** Stands for the organization itself where a place is chosen. */
export const wholeOrganization = 'organization'

export interface FreePlace {
  value: string
  label: string
}

/** Where a connector has no connection yet: the chosen occasion, or the organization and all its occasions. */
export const freePlaces = (
  {
    organization,
    occasion,
  }: { organization: Pick<OrganizationForUser, 'name' | 'occasions'>; occasion: Occasion | null },
  connections: readonly Pick<Connection, 'occasionId'>[],
): readonly FreePlace[] => {
  const occasions = occasion ? [occasion] : organization.occasions
  const taken = new Set(connections.map(({ occasionId }) => occasionId ?? wholeOrganization))
  return [
    ...(occasion ? [] : [{ value: wholeOrganization, label: organization.name }]),
    ...occasions.map(({ id, name }) => ({ value: id, label: name })),
  ].filter(({ value }) => !taken.has(value))
}
