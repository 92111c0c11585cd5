import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Subject } from '#contract/access.ts'
import { actions } from '#contract/actions.ts'
import type { OccasionRecord, OrganizationRecord } from '#main/store/interface.ts'
import { type EngineFixture, engineFixture } from '../support/engine.ts'
import { operator, type Person } from '../support/makers.ts'

let world: EngineFixture
let home: OrganizationRecord
let occasion: OccasionRecord
let owner: Person

beforeEach(async () => {
  world = engineFixture()
  home = await world.organization()
  occasion = await world.occasion(home.id)
  owner = await world.person(home.id, { name: 'Ada' })
  await world.store.write(async ({ capabilities, killSwitches }) => {
    await capabilities.insertOverride({
      id: 'ovr_1',
      organizationId: home.id,
      occasionId: occasion.id,
      capability: 'webhooks',
      effect: 'deny',
      endsAt: null,
      note: '',
      createdAt: 1,
      createdBy: 'Pat',
    })
    const off = { reason: 'incident 42', by: 'Pat', at: 1 }
    await killSwitches.switchOff({ name: 'integrations', organizationId: home.id, ...off })
  })
})
afterEach(() => world.close())

const places = () => [null, occasion.id].map((occasionId) => ({ organizationId: home.id, occasionId }))

/** What the explorer says about somebody, for every action. */
const explained = (caller: typeof operator, place: ReturnType<typeof places>[number], subject: Subject) =>
  Promise.all(
    actions.map((action) => world.engine.operations.access.explain(caller, { ...place, action, subject })),
  )

describe('the same answer', () => {
  test('is given to a key that asks for itself, and to who asks about the key', async () => {
    const soon = world.clock.now() + 1_000
    for (const options of [{}, { scopes: ['api' as const] }, { expiresAt: soon }, { revokedAt: 1 }]) {
      const { id, secret } = await world.key(home.id, options)
      world.clock.advance(2_000)
      const use = { address: '192.0.2.1', route: 'GET /v1/me' }
      const principal = await world.engine.keys.authenticate(secret, use)
      const subject = { kind: 'api_key', apiKeyId: id } as const
      for (const place of places()) {
        const decided = await Promise.all(
          actions.map((action) => world.toolbox.access.decide(principal, action, place)),
        )
        expect(await explained(owner, place, subject)).toEqual(decided)
        expect(await explained(operator, place, subject)).toEqual(decided)
        if (!('revokedAt' in options) && !('expiresAt' in options)) {
          // `GET /v1/me` answers with these.
          const mine = await world.engine.operations.access.mine({ principal, address: use.address }, place)
          expect(mine).toEqual(decided)
        }
      }
    }
  })

  test('is given to a person who asks for themself, to an admin, to the command line and at the refusal', async () => {
    const people = [
      await world.person(home.id, { workspaceRole: 'manager', organizationRole: 'member' }),
      await world.person(home.id, { workspaceRole: 'staff' }),
      await world.person(home.id, { source: 'metadata' }),
      await world.person(home.id, { platformAdmin: true }),
    ]
    for (const person of people) {
      const subject = { kind: 'user', userId: person.id } as const
      for (const place of places()) {
        const mine = await world.engine.operations.access.mine(person, place)
        expect(await explained(owner, place, subject)).toEqual(mine)
        expect(await explained(operator, place, subject)).toEqual(mine)
        // `patchbay explain` prints these.
        const printed = actions.map((action) => world.toolbox.access.decide(person.principal, action, place))
        expect(await Promise.all(printed)).toEqual(mine)
        for (const decision of mine.filter(({ allowed }) => !allowed)) {
          const refusal = world.toolbox.access.require(person, decision.action, place)
          await expect(refusal).rejects.toMatchObject({ decision })
        }
      }
    }
  })
})
