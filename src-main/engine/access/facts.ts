import type { FieldError } from '#contract/errors.ts'
import type {
  ApiKeyScope,
  Capability,
  KillSwitch,
  OrganizationRole,
  OverrideEffect,
  Plan,
  WorkspaceRole,
} from '#contract/vocabulary.ts'

/** A person with a session, or one whom somebody asks about. */
export interface UserPrincipal {
  readonly kind: 'user'
  readonly id: string
  readonly name: string
  readonly status: 'active' | 'disabled'
  readonly platformAdmin: boolean
}

/** A key whose secret was recognised. Whether it may be used now is for the session gate to say. */
export interface ApiKeyPrincipal {
  readonly kind: 'api_key'
  readonly id: string
  readonly name: string
  readonly organizationId: string
  readonly scopes: readonly ApiKeyScope[]
  /** Times in Unix ms; null when that never happened or has no bound. */
  readonly revokedAt: number | null
  readonly disabledAt: number | null
  readonly notBefore: number | null
  readonly expiresAt: number | null
  readonly addressAllowed: boolean
  readonly withinRateLimit: boolean
  /** Seconds until the rate limit lets the next call pass; only where it did not let this one. */
  readonly retryAfterSeconds?: number
}

/**
 * Who asks. `unknown_key` sent a secret that belongs to no key. `operator` is the person at the command
 * line who holds the data directory: roles and memberships protect nothing from them, while switches,
 * capabilities, scope and validation protect the people who rely on the data.
 */
export type Principal =
  | { readonly kind: 'anonymous' }
  | UserPrincipal
  | ApiKeyPrincipal
  | { readonly kind: 'unknown_key' }
  | { readonly kind: 'operator'; readonly name: string }

/**
 * What the action is about. `organizationId` and `occasionId` say where; `kind` and `id` name the thing.
 *
 * `ownerOrganizationId` is the organization that the named thing really belongs to: absent when no thing
 * is named, null when it does not exist. `ownerOccasionId` is its occasion, null when it belongs to the
 * organization itself. An action with a capability must address a thing under its own occasion, because
 * the capability is resolved there; anything else answers `not_found`.
 */
export interface Resource {
  readonly organizationId: string | null
  readonly occasionId: string | null
  readonly kind: string | null
  readonly id: string | null
  readonly ownerOrganizationId?: string | null
  readonly ownerOccasionId?: string | null
}

/** A grant or denial that stands above the plan. `endsAt` in Unix ms; null has no end. */
export interface OverrideFact {
  readonly effect: OverrideEffect
  readonly endsAt: number | null
  readonly note: string
}

/** One switch at one level, with who turned it last, when (Unix ms) and why. */
export interface SwitchFact {
  readonly on: boolean
  readonly reason: string | null
  readonly by: string | null
  readonly at: number | null
}

export interface SwitchFacts {
  readonly platform: SwitchFact
  readonly organization: SwitchFact
}

/** What capability resolution reads. */
export interface CapabilityFacts {
  /** Unix ms. */
  readonly now: number
  /** The addressed organization; null when there is none of that id. */
  readonly organization: { readonly id: string; readonly name: string; readonly plan: Plan } | null
  /** What the plan of the organization grants. */
  readonly planGrants: readonly Capability[]
  readonly organizationOverride: Readonly<Record<Capability, OverrideFact | null>>
  /** Of the addressed occasion; all null when none is addressed. */
  readonly occasionOverride: Readonly<Record<Capability, OverrideFact | null>>
}

/** Everything that a decision reads besides the question itself. Gathered by `loadFacts`. */
export interface Facts extends CapabilityFacts {
  /** The plans that would grant a capability; only the remedy reads them. */
  readonly plansGranting: Readonly<Record<Capability, readonly Plan[]>>
  /** The addressed occasion; null when none is addressed or it is not one of the organization. */
  readonly occasion: { readonly id: string; readonly organizationId: string } | null
  readonly switches: Readonly<Record<KillSwitch, SwitchFacts>>
  /** The membership row of the person in this organization. It outranks the claim. */
  readonly membership: {
    readonly organizationRole: OrganizationRole
    readonly workspaceRole: WorkspaceRole
  } | null
  /** What the sign-in metadata claims about the person in this organization. */
  readonly claim: {
    readonly workspaceRole: WorkspaceRole
    readonly organizationRole: OrganizationRole | null
  } | null
  /** What the operation's own checks found wrong. */
  readonly fieldErrors?: readonly FieldError[]
  /** The grant that the connection lacks for this operation. */
  readonly grantMissing?: string
}
