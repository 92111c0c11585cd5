import type { ActionRule } from '#contract/actions.ts'
import {
  type Capability,
  capabilities,
  type KillSwitch,
  killSwitches,
  type OrganizationRole,
  organizationRoles,
  type Plan,
  plans,
  type WorkspaceRole,
  workspaceRoles,
} from '#contract/vocabulary.ts'
import type { Facts, OverrideFact, SwitchFact, UserPrincipal } from '#main/engine/access/facts.ts'
import type { CapabilityOverride, Writer } from '#main/store/interface.ts'
import { startMs } from '../support/engine.ts'
import type { SeededHost } from './seeded-host.ts'

/** What a person is in an organization. `workspaceRole` null or `source` none: nothing at all. */
export interface Standing {
  readonly workspaceRole: WorkspaceRole | null
  readonly source: 'membership' | 'metadata' | 'none'
  readonly organizationRole: OrganizationRole
  readonly platformAdmin: boolean
}

export const overrideStates = ['none', 'grant', 'deny', 'ended'] as const
/** `ended`: a grant whose end has come. */
export type OverrideState = (typeof overrideStates)[number]
export type OverrideStates = Readonly<Record<Capability, OverrideState>>

/** A switch that is off, and for whom. */
export interface Off {
  readonly name: KillSwitch
  readonly level: 'platform' | 'organization'
}

/** What is true of an organization, and of the occasion of it that is asked about. */
export interface Ground {
  readonly plan: Plan
  readonly overrides: OverrideStates
  readonly occasionOverrides: OverrideStates | null
  readonly off: readonly Off[]
}

export const alike = (state: OverrideState): OverrideStates => ({ api_access: state, webhooks: state })
export const allOff: readonly Off[] = killSwitches.map((name) => ({ name, level: 'organization' }))

/** Workspace role × source × organization role, of people like all and of platform admins. */
export const standings: readonly Standing[] = [false, true].flatMap((platformAdmin) =>
  [...workspaceRoles, null].flatMap((workspaceRole) =>
    (['membership', 'metadata', 'none'] as const).flatMap((source) =>
      organizationRoles.map((organizationRole) => ({
        workspaceRole,
        source,
        organizationRole,
        platformAdmin,
      })),
    ),
  ),
)

/** Plan × override × switch: the same override of both capabilities, all switches on or all off. */
export const grounds: readonly Ground[] = plans.flatMap((plan) =>
  overrideStates.flatMap((override) =>
    [[], allOff].map((off) => ({ plan, overrides: alike(override), occasionOverrides: null, off })),
  ),
)

/** Each capability with its own override, at both levels, on every plan. */
export const mixedGrounds: readonly Ground[] = plans.flatMap((plan) =>
  overrideStates.flatMap((ofOrganization) =>
    overrideStates.flatMap((other) => [
      { plan, overrides: { api_access: ofOrganization, webhooks: other }, occasionOverrides: null, off: [] },
      { plan, overrides: alike(ofOrganization), occasionOverrides: alike(other), off: [] },
      {
        plan,
        overrides: alike('none'),
        occasionOverrides: { api_access: ofOrganization, webhooks: other },
        off: [],
      },
    ]),
  ),
)

/** One switch at a time, off for the organization. */
export const switchedGrounds: readonly Ground[] = killSwitches.map((name) => ({
  plan: 'enterprise',
  overrides: alike('none'),
  occasionOverrides: null,
  off: [{ name, level: 'organization' }],
}))

/** A person and an organization as they are stored. */
export interface StoredPerson extends Standing {
  readonly principal: UserPrincipal
}
export interface StoredGround extends Ground {
  readonly organizationId: string
  readonly organizationName: string
  readonly occasionId: string | null
  /** Of somebody who is a member and no part of any combination. */
  readonly memberEmail: string
}

export const isRelated = ({ workspaceRole, source }: Standing): boolean =>
  workspaceRole !== null && source !== 'none'

/** Whether an organization is there at all for somebody. */
export const isKnown = (standing: Standing): boolean => standing.platformAdmin || isRelated(standing)

const hourMs = 3_600_000
const switchOffFact = { reason: 'an incident', by: 'Pat', at: startMs - hourMs }
const overrideFacts: Readonly<Record<OverrideState, OverrideFact | null>> = {
  none: null,
  grant: { effect: 'grant', endsAt: null, note: 'a gift' },
  deny: { effect: 'deny', endsAt: null, note: 'a debt' },
  ended: { effect: 'grant', endsAt: startMs - hourMs, note: 'a trial' },
}

/** What access-rules.md says of the plans, and not what the program reads of them. */
const grantedBy: Readonly<Record<Plan, readonly Capability[]>> = {
  free: [],
  standard: [],
  pro: [],
  enterprise: ['api_access', 'webhooks'],
}

const overridesOf = (states: OverrideStates): Facts['organizationOverride'] => ({
  api_access: overrideFacts[states.api_access],
  webhooks: overrideFacts[states.webhooks],
})

const switchesOf = (off: readonly Off[]): Facts['switches'] => {
  const at = (name: KillSwitch, level: Off['level']): SwitchFact =>
    off.some((one) => one.name === name && one.level === level)
      ? { on: false, ...switchOffFact }
      : { on: true, reason: null, by: null, at: null }
  const both = (name: KillSwitch) => ({
    platform: at(name, 'platform'),
    organization: at(name, 'organization'),
  })
  return {
    integrations: both('integrations'),
    api_access: both('api_access'),
    webhooks: both('webhooks'),
    delivery: both('delivery'),
  }
}

/** The facts of a combination, from the combination alone: nothing is read. */
export const factsOf = (
  standing: Standing | null,
  ground: StoredGround | null,
  off: readonly Off[],
): Facts => {
  const roles =
    standing === null || ground === null || standing.workspaceRole === null
      ? null
      : { workspaceRole: standing.workspaceRole, organizationRole: standing.organizationRole }
  return {
    now: startMs,
    organization: ground && {
      id: ground.organizationId,
      name: ground.organizationName,
      plan: ground.plan,
    },
    planGrants: ground === null ? [] : grantedBy[ground.plan],
    plansGranting: { api_access: ['enterprise'], webhooks: ['enterprise'] },
    organizationOverride: overridesOf(ground?.overrides ?? alike('none')),
    occasionOverride: overridesOf(ground?.occasionOverrides ?? alike('none')),
    occasion:
      ground === null || ground.occasionId === null
        ? null
        : { id: ground.occasionId, organizationId: ground.organizationId },
    switches: switchesOf([...(ground?.off ?? []), ...off]),
    membership: standing?.source === 'membership' ? roles : null,
    claim: standing?.source === 'metadata' ? roles : null,
  }
}

export const storeGround = async ({ world }: SeededHost, ground: Ground): Promise<StoredGround> => {
  const { id: organizationId, name } = await world.organization({ plan: ground.plan })
  const occasion = ground.occasionOverrides === null ? null : await world.occasion(organizationId)
  const { id } = await world.person(organizationId)
  const stored = {
    ...ground,
    organizationId,
    organizationName: name,
    occasionId: occasion?.id ?? null,
    memberEmail: (await world.store.write(({ users }) => users.get(id)))?.email ?? '',
  }
  await world.store.write(async (writer) => {
    for (const { name: off } of ground.off) await switchOff(writer, off, organizationId)
    for (const override of overrideRows(world.toolbox.ids.next, stored)) {
      await writer.capabilities.insertOverride(override)
    }
  })
  return stored
}

const overrideRows = (next: (prefix: 'ovr') => string, ground: StoredGround): CapabilityOverride[] => {
  const { organizationId, occasionId, overrides, occasionOverrides } = ground
  const rowsAt = (states: OverrideStates | null, at: string | null): CapabilityOverride[] =>
    capabilities.flatMap((capability) => {
      const fact = overrideFacts[states?.[capability] ?? 'none']
      if (fact === null) return []
      const made = { createdAt: startMs - 2 * hourMs, createdBy: 'Pat' }
      return [{ id: next('ovr'), organizationId, occasionId: at, capability, ...fact, ...made }]
    })
  return [...rowsAt(overrides, null), ...rowsAt(occasionOverrides, occasionId)]
}

/** `organizationId` null: for everybody. */
export const switchOff = (writer: Writer, name: KillSwitch, organizationId: string | null): Promise<void> =>
  writer.killSwitches.switchOff({ name, organizationId, ...switchOffFact })

/** A person who stands alike in all of the organizations. */
export const storePerson = async (
  { world }: SeededHost,
  standing: Standing,
  grounds: readonly StoredGround[],
): Promise<StoredPerson> => {
  const { principal } = await world.person(null, { platformAdmin: standing.platformAdmin })
  const { workspaceRole, organizationRole, source } = standing
  await world.store.write(async ({ users }) => {
    for (const { organizationId } of grounds) {
      if (workspaceRole === null || source === 'none') continue
      const roles = { workspaceRole, organizationRole }
      if (source === 'metadata') await users.insertClaim(principal.id, organizationId, roles)
      else await users.insertMembership(principal.id, organizationId, { ...roles, createdAt: startMs })
    }
  })
  return { ...standing, principal }
}

/** The first of each that differ in what `keyOf` reads. */
export const distinctBy = <T>(items: readonly T[], keyOf: (item: T) => unknown): T[] =>
  [...Map.groupBy(items, (item) => JSON.stringify(keyOf(item))).values()].flatMap(([first]) => first ?? [])

/**
 * What of a person an action reads, by its rule. Everything else is the same to it, so that one person stands for
 * all who differ in nothing else: to whom the organization is unknown, no gate reads any role; an action of the
 * platform reads nothing but whether somebody is a platform admin; and where no organization role is asked for, all
 * of them come to the same. That this is so for the whole product is what the comparison of `access.mine` shows.
 */
export const readOfPerson = (rule: ActionRule, standing: Standing): unknown => {
  if (!isKnown(standing)) return 'stranger'
  if (rule.platform) return [standing.platformAdmin]
  const support = rule.support === true && standing.platformAdmin
  if (!isRelated(standing)) return ['no role', support]
  const { workspaceRole, source, organizationRole } = standing
  return [workspaceRole, source, rule.organizationRoles === undefined || organizationRole, support]
}

/** The same of an organization: plan and overrides count where a capability is needed, switches where one stops it. */
export const readOfGround = (rule: ActionRule, { plan, overrides, off }: Ground): unknown => [
  rule.capability !== undefined && [plan, overrides],
  rule.killSwitch !== undefined && off,
]
