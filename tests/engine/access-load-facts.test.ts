import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { connectorCategories, connectorSchema } from '#contract/connections.ts'
import { planOfferSchema } from '#contract/organizations.ts'
import { plans as planNames } from '#contract/vocabulary.ts'
import type { Principal } from '#main/engine/access/facts.ts'
import { loadFacts } from '#main/engine/access/load-facts.ts'
import type { CapabilityOverride, Store } from '#main/store/interface.ts'
import { openMemoryStore } from '#main/store/open.ts'
import connectors from '#resources/connectors.json' with { type: 'json' }
import planData from '#resources/plans.json' with { type: 'json' }
import {
  ada,
  bothOn,
  hour,
  key,
  noOverrides,
  now,
  occasionId,
  on,
  organizationId,
  otherOrganizationId,
} from './access-fixture.ts'

const plans = z.array(planOfferSchema).parse(planData)
const otherOccasionId = 'occ_01kjz0000000000000000000bb'
let store: Store

const load = (changed: {
  principal?: Principal
  organizationId?: string | null
  occasionId?: string | null
}) => loadFacts(store.read, { principal: ada, organizationId, occasionId: null, now, plans, ...changed })

const override = (changed: Partial<CapabilityOverride>): CapabilityOverride => ({
  id: 'ovr_1',
  organizationId,
  occasionId: null,
  capability: 'webhooks',
  effect: 'grant',
  endsAt: now + hour,
  note: 'trial',
  createdAt: now,
  createdBy: 'Pat',
  ...changed,
})

beforeEach(async () => {
  store = openMemoryStore(Buffer.alloc(32, 1), now)
  await store.write(async (writer) => {
    await writer.organizations.insert({
      id: organizationId,
      name: 'Harbour Hall',
      plan: 'enterprise',
      createdAt: now,
    })
    await writer.organizations.insert({
      id: otherOrganizationId,
      name: 'Old Mill Studio',
      plan: 'free',
      createdAt: now,
    })
    const occasion = { name: 'Gala', venue: 'Hall', startsAt: now, endsAt: now + hour, archivedAt: null }
    await writer.organizations.insertOccasion({ ...occasion, id: occasionId, organizationId, createdAt: now })
    await writer.organizations.insertOccasion({
      ...occasion,
      id: otherOccasionId,
      organizationId: otherOrganizationId,
      createdAt: now,
    })
    await writer.users.insert({
      id: ada.id,
      name: 'Ada',
      email: 'ada@harbourhall.example',
      passwordHash: null,
      status: 'active',
      platformAdmin: false,
      createdAt: now,
      lastSignInAt: null,
    })
  })
})
afterEach(() => store.close())

describe('loadFacts', () => {
  it('reads the organization, what its plan grants and which plans would', async () => {
    expect(await load({})).toEqual({
      now,
      organization: { id: organizationId, name: 'Harbour Hall', plan: 'enterprise' },
      planGrants: ['api_access', 'webhooks'],
      plansGranting: { api_access: ['enterprise'], webhooks: ['enterprise'] },
      organizationOverride: noOverrides,
      occasionOverride: noOverrides,
      occasion: null,
      switches: { integrations: bothOn, api_access: bothOn, webhooks: bothOn, delivery: bothOn },
      membership: null,
      claim: null,
    })
    expect((await load({ organizationId: otherOrganizationId })).planGrants).toEqual([])
  })

  it.each([null, 'org_01kjz0000000000000000000cc'])('has no organization for %s', async (asked) => {
    const facts = await load({ organizationId: asked, occasionId })
    expect(facts).toMatchObject({ organization: null, occasion: null, planGrants: [], membership: null })
  })

  it('reads membership and claim of the person in this organization only', async () => {
    const membership = { organizationRole: 'owner', workspaceRole: 'admin' } as const
    const claim = { organizationRole: null, workspaceRole: 'manager' } as const
    await store.write(async (writer) => {
      await writer.users.insertMembership(ada.id, organizationId, { ...membership, createdAt: now })
      await writer.users.insertClaim(ada.id, otherOrganizationId, claim)
    })
    expect(await load({})).toMatchObject({ membership, claim: null })
    expect(await load({ organizationId: otherOrganizationId })).toMatchObject({ membership: null, claim })
    expect(await load({ principal: key })).toMatchObject({ membership: null, claim: null })
  })

  it('keeps the overrides of the organization and of the addressed occasion apart', async () => {
    await store.write(async (writer) => {
      await writer.capabilities.insertOverride(override({ id: 'ovr_1', effect: 'deny', endsAt: null }))
      await writer.capabilities.insertOverride(override({ id: 'ovr_2', occasionId }))
    })
    const denied = { effect: 'deny', endsAt: null, note: 'trial' }
    expect(await load({})).toMatchObject({
      organizationOverride: { api_access: null, webhooks: denied },
      occasionOverride: noOverrides,
    })
    expect(await load({ occasionId })).toMatchObject({
      occasion: { id: occasionId },
      organizationOverride: { webhooks: denied },
      occasionOverride: {
        api_access: null,
        webhooks: { effect: 'grant', endsAt: now + hour, note: 'trial' },
      },
    })
  })

  it('does not know the occasion of another organization, nor its overrides', async () => {
    await store.write((writer) =>
      writer.capabilities.insertOverride(
        override({ organizationId: otherOrganizationId, occasionId: otherOccasionId }),
      ),
    )
    expect(await load({ occasionId: otherOccasionId })).toMatchObject({
      occasion: null,
      occasionOverride: noOverrides,
    })
  })

  it('reads who switched what off, for everybody or for this organization', async () => {
    const off = { reason: 'incident 42', by: 'Pat', at: now }
    await store.write(async (writer) => {
      await writer.killSwitches.switchOff({ name: 'webhooks', organizationId: null, ...off })
      await writer.killSwitches.switchOff({ name: 'api_access', organizationId, ...off })
      await writer.killSwitches.switchOff({
        name: 'integrations',
        organizationId: otherOrganizationId,
        ...off,
      })
    })
    expect((await load({})).switches).toEqual({
      integrations: bothOn,
      api_access: { platform: on, organization: { on: false, ...off } },
      webhooks: { platform: { on: false, ...off }, organization: on },
      delivery: bothOn,
    })
  })
})

describe('the data files', () => {
  it('offer every plan once, with the grants of the access rules', () => {
    expect(plans.map(({ plan }) => plan)).toEqual(planNames)
    const grants = Object.fromEntries(plans.map(({ plan, capabilities }) => [plan, capabilities]))
    expect(grants).toEqual({ free: [], standard: [], pro: [], enterprise: ['api_access', 'webhooks'] })
  })

  it('have connectors of every category, each with actions and an id of its own', () => {
    const parsed = z.array(connectorSchema).parse(connectors)
    expect(new Set(parsed.map(({ id }) => id)).size).toBe(parsed.length)
    expect(new Set(parsed.map(({ category }) => category))).toEqual(new Set(connectorCategories))
    expect(parsed.length).toBeGreaterThanOrEqual(18)
    for (const { actions } of parsed) expect(actions.length).toBeGreaterThan(0)
  })
})
