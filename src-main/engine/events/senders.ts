import { decide, decisionCode } from '../access/decide.ts'
import type { Principal } from '../access/facts.ts'
import { refusal } from '../access/refusal.ts'
import type { PatchbayError } from '../errors.ts'
import type { Places } from './places.ts'

/** Who sends, and where the events happened; null for the organization itself. */
export interface Sending {
  readonly principal: Principal
  readonly organizationId: string
  readonly occasionIds: readonly (string | null)[]
}

/** Decides who may send to which places. Mostly one caller sends much of a group, and is judged once for each place. */
export class Senders {
  readonly #places: Places
  readonly #allowed = new Map<Principal, Map<string, Set<string | null>>>()

  constructor(places: Places) {
    this.#places = places
  }

  /** Whether all of it is known to be allowed. */
  knows({ principal, organizationId, occasionIds }: Sending): boolean {
    const known = this.#allowed.get(principal)?.get(organizationId)
    if (known === undefined) return false
    for (const occasionId of occasionIds) if (!known.has(occasionId)) return false
    return true
  }

  /** @throws PatchbayError the refusal of the first place where it is not allowed. */
  async require({ principal, organizationId, occasionIds }: Sending): Promise<void> {
    for (const occasionId of occasionIds) {
      const refused = await this.#refusalOf(principal, organizationId, occasionId)
      if (refused !== null) throw refused
      this.#remember(principal, organizationId, occasionId)
    }
  }

  #remember(principal: Principal, organizationId: string, occasionId: string | null): void {
    const ofPrincipal = this.#allowed.get(principal) ?? new Map<string, Set<string | null>>()
    this.#allowed.set(principal, ofPrincipal)
    ofPrincipal.set(organizationId, (ofPrincipal.get(organizationId) ?? new Set()).add(occasionId))
  }

  async #refusalOf(
    principal: Principal,
    organizationId: string,
    occasionId: string | null,
  ): Promise<PatchbayError | null> {
    const facts = await this.#places.facts(principal, organizationId, occasionId)
    const resource = { organizationId, occasionId, kind: null, id: null }
    const decision = decide(principal, 'events.send', resource, facts)
    const code = decisionCode(decision)
    return code === null ? null : refusal(code, principal, decision)
  }
}
