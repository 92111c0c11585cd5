import { useMemo } from 'react'
import { useStore } from 'zustand'
import { persist } from 'zustand/middleware'
import { createStore } from 'zustand/vanilla'
import type { Occasion, OrganizationForUser } from '#contract/session.ts'
import { useSignedIn } from './session.tsx'

interface Chosen {
  organizationId: string | null
  /** Null: the organization itself and all of its occasions. */
  occasionId: string | null
}

/** The organization and occasion that the person works in, kept on this machine. */
export const scopeStore = createStore<Chosen>()(
  persist((): Chosen => ({ organizationId: null, occasionId: null }), { name: 'patchbay.scope' }),
)

export const chooseOrganization = (organizationId: string) =>
  scopeStore.setState({ organizationId, occasionId: null })
export const chooseOccasion = (occasionId: string | null) => scopeStore.setState({ occasionId })

export interface Scope {
  organization: OrganizationForUser
  occasion: Occasion | null
  /** Input of procedures that work in an organization. */
  inOrganization: { organizationId: string }
  /** Input of procedures that can be narrowed to an occasion. */
  inScope: { organizationId: string; occasionId: string | null }
}

/** The selected scope, or null for a person who belongs to no organization. */
export const useScopeOrNull = (): Scope | null => {
  const { organizations } = useSignedIn()
  const chosen = useStore(scopeStore)
  return useMemo(() => {
    const organization = organizations.find(({ id }) => id === chosen.organizationId) ?? organizations[0]
    if (!organization) return null
    const occasion = organization.occasions.find(({ id }) => id === chosen.occasionId) ?? null
    return {
      organization,
      occasion,
      inOrganization: { organizationId: organization.id },
      inScope: { organizationId: organization.id, occasionId: occasion?.id ?? null },
    }
  }, [organizations, chosen])
}

/** The selected organization and occasion. For pages, which are drawn only when there is one. */
export const useScope = (): Scope => {
  const scope = useScopeOrNull()
  if (!scope) throw new Error('useScope without an organization')
  return scope
}
