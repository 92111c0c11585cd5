import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ExplainedResource } from '#contract/access.ts'
import { type Action, actions } from '#contract/actions.ts'
import type { Decision } from '#contract/decision.ts'
import type { OccasionRecord, OrganizationRecord } from '#main/store/interface.ts'
import { type EngineFixture, engineFixture } from '../support/engine.ts'
import { operator, type Person } from '../support/makers.ts'
import { refusedWith } from '../support/refused.ts'

let world: EngineFixture
let home: OrganizationRecord
let away: OrganizationRecord
let occasion: OccasionRecord
let owner: Person

beforeEach(async () => {
  world = engineFixture()
  home = await world.organization()
  away = await world.organization()
  occasion = await world.occasion(home.id)
  owner = await world.person(home.id, { name: 'Ada' })
})
afterEach(() => world.close())

const explain = (
  action: Action,
  resource: ExplainedResource | undefined,
  { caller = owner, occasionId }: { caller?: Person | typeof operator; occasionId?: string } = {},
): Promise<Decision> =>
  world.engine.operations.access.explain(caller, {
    organizationId: home.id,
    occasionId,
    action,
    subject: { kind: 'user', userId: owner.id },
    resource,
  })

/** One thing of each kind that can be asked about, in an organization or in one of its occasions. */
const things = async (organizationId: string, occasionId: string | null): Promise<ExplainedResource[]> => {
  const webhook = await world.webhook(organizationId, { occasionId })
  const [delivery] = await world.deliveries(webhook, 1)
  return [
    { kind: 'webhook', id: webhook.id },
    { kind: 'event', id: delivery?.eventId ?? '' },
    { kind: 'delivery', id: delivery?.id ?? '' },
    { kind: 'connection', id: (await world.connection(organizationId, { occasionId })).id },
  ]
}
const thingsOfOrganization = async (organizationId: string): Promise<ExplainedResource[]> => [
  ...(await things(organizationId, null)),
  { kind: 'api_key', id: (await world.key(organizationId)).id },
  { kind: 'user', id: (await world.person(organizationId)).id },
]

describe('the explanation about a thing', () => {
  test('is given for a thing of the organization, whatever its kind', async () => {
    for (const resource of await thingsOfOrganization(home.id)) {
      const decision = await explain('webhooks.view', resource)
      expect(decision).toMatchObject({
        allowed: true,
        resource: { organizationId: home.id, occasionId: null, ...resource },
      })
    }
  })

  test('says of a thing of another organization what it says of none', async () => {
    for (const foreign of await thingsOfOrganization(away.id)) {
      const missing = { ...foreign, id: foreign.id.replace(/.{4}$/, '0000') }
      const ofForeign = await explain('webhooks.view', foreign)
      const ofMissing = await explain('webhooks.view', missing)
      expect(ofForeign).toMatchObject({ allowed: false, decidedBy: 'scope' })
      expect(ofForeign.gates.find(({ gate }) => gate === 'scope')?.code).toBe('not_found')
      expect(JSON.stringify(ofForeign).replaceAll(foreign.id, 'ID')).toBe(
        JSON.stringify(ofMissing).replaceAll(missing.id, 'ID'),
      )
    }
  })

  test('is decided in the occasion of the thing, where its capability is', async () => {
    await world.store.write((writer) =>
      writer.capabilities.insertOverride({
        id: world.toolbox.ids.next('ovr'),
        organizationId: home.id,
        occasionId: occasion.id,
        capability: 'webhooks',
        effect: 'deny',
        endsAt: null,
        note: 'no contract',
        createdAt: 1,
        createdBy: 'Pat',
      }),
    )
    const webhook = await world.webhook(home.id, { occasionId: occasion.id })
    const resource = { kind: 'webhook', id: webhook.id } as const
    const decision = await explain('webhooks.manage', resource)
    expect(decision).toMatchObject({ decidedBy: 'capability', resource: { occasionId: occasion.id } })
    await refusedWith(
      'capability_denied',
      world.engine.operations.webhooks.pause(owner, { organizationId: home.id, webhookId: webhook.id }),
    )
    expect((await explain('webhooks.manage', undefined)).allowed).toBe(true)
  })

  test('wants the occasion that is named to be the one of the thing', async () => {
    const other = await world.occasion(home.id)
    for (const resource of await things(home.id, occasion.id)) {
      expect((await explain('webhooks.view', resource, { occasionId: occasion.id })).allowed).toBe(true)
      expect((await explain('webhooks.view', resource, { occasionId: other.id })).decidedBy).toBe('scope')
    }
    for (const resource of await thingsOfOrganization(home.id)) {
      expect((await explain('webhooks.view', resource, { occasionId: occasion.id })).decidedBy).toBe('scope')
    }
  })

  test('is refused in an occasion of another organization, also to whoever holds the data', async () => {
    const foreign = await world.occasion(away.id)
    for (const caller of [owner, operator]) {
      await refusedWith('not_found', explain('hub.open', undefined, { caller, occasionId: foreign.id }))
    }
  })
})

describe('the rules', () => {
  const rules = (caller: Person) => world.engine.operations.access.rules(caller, { organizationId: home.id })

  test('are told for every plan, workspace role and action', async () => {
    const table = await rules(owner)
    expect(new Set(table.map(({ plan }) => plan))).toEqual(new Set(['free', 'standard', 'pro', 'enterprise']))
    expect(table).toHaveLength(4 * 3 * actions.length)
    const found = (plan: string, role: string, action: string) =>
      table.find((one) => one.plan === plan && one.workspaceRole === role && one.action === action)
    expect(found('enterprise', 'admin', 'api_keys.manage')).toMatchObject({ allowed: true, code: null })
    expect(found('pro', 'admin', 'api_keys.manage')).toMatchObject({
      allowed: false,
      decidedBy: 'capability',
      code: 'capability_missing',
    })
    expect(found('pro', 'manager', 'api_keys.manage')).toMatchObject({ code: 'role_not_allowed' })
    expect(found('free', 'staff', 'hub.open')).toMatchObject({ code: 'role_not_allowed' })
    expect(found('free', 'manager', 'connections.view')).toMatchObject({ allowed: true })
    expect(found('enterprise', 'admin', 'platform.flags.manage')).toMatchObject({
      code: 'not_platform_admin',
    })
  })

  test('are the same whatever is switched off or denied at the moment', async () => {
    const before = await rules(owner)
    await world.store.write(async (writer) => {
      const off = { reason: 'incident 42', by: 'Pat', at: 1 }
      await writer.killSwitches.switchOff({ name: 'webhooks', organizationId: null, ...off })
      await writer.organizations.setPlan(home.id, 'free')
    })
    expect(await rules(owner)).toEqual(before)
  })

  test('are for those who may ask for explanations here', async () => {
    await refusedWith('role_not_allowed', rules(await world.person(home.id, { workspaceRole: 'staff' })))
    await refusedWith('not_found', rules(await world.person(away.id)))
  })
})
