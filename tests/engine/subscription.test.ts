import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Capability, capabilities, type Plan, plans, webhookStatuses } from '#contract/vocabulary.ts'
import { applyCapabilityChange, endTrials } from '#main/engine/suspension/suspension.ts'
import type { CapabilityOverride, OrganizationRecord, WebhookRecord } from '#main/store/interface.ts'
import { type EngineFixture, engineFixture, startMs } from '../support/engine.ts'
import type { Key, Person } from '../support/makers.ts'
import { refusedWith } from '../support/refused.ts'

const dayMs = 24 * 3_600_000

let world: EngineFixture
let home: OrganizationRecord
let owner: Person

const begin = async (plan: Plan = 'enterprise') => {
  world = engineFixture()
  home = await world.organization({ name: 'Harbour Hall', plan })
  owner = await world.person(home.id, { name: 'Ada' })
}
beforeEach(() => begin())
afterEach(() => world.close())

const here = () => ({ organizationId: home.id })
const subscription = () => world.engine.operations.subscription
const preview = (plan: Plan) => subscription().preview(owner, { ...here(), plan })
const change = (plan: Plan, by = owner) => subscription().change(by, { ...here(), plan })
const resume = ({ id: webhookId }: { id: string }) =>
  world.engine.operations.webhooks.resume(owner, { ...here(), webhookId })
const override = (over: Partial<CapabilityOverride> = {}) =>
  world.override(home.id, { capability: 'webhooks', effect: 'grant', ...over })
const statusOf = async ({ id }: { id: string }) => (await world.store.read.webhooks.get(id))?.status
const delivery = async (made: { id: string } | undefined) => {
  const found = await world.store.read.deliveries.get(made?.id ?? '')
  return found === null ? null : { status: found.status, heldReason: found.heldReason, dueAt: found.dueAt }
}
const auditLog = () => world.store.read.audit.list({ organizationId: home.id, limit: 50 })
const told = async () => (await auditLog()).map(({ action, actorName }) => `${action} by ${actorName}`)

describe('losing the capability by a change of plan', () => {
  test('suspends active webhooks, holds what waits for them, and keeps their secrets', async () => {
    const hook = await world.webhook(home.id)
    const [waiting, later] = await world.deliveries(hook, 2)
    const [done] = await world.deliveries(hook, 1, { status: 'delivered', dueAt: null, finishedAt: 5 })
    await change('pro')
    expect(await world.store.read.webhooks.get(hook.id)).toMatchObject({
      status: 'suspended',
      statusReason: 'plan',
      statusChangedAt: world.clock.now(),
    })
    for (const made of [waiting, later]) {
      expect(await delivery(made)).toEqual({ status: 'held', heldReason: 'suspended', dueAt: null })
    }
    expect(await delivery(done)).toMatchObject({ status: 'delivered' })
    expect(await world.store.read.webhooks.listSecrets([hook.id])).toHaveLength(1)
    expect(await told()).toEqual(['webhooks.suspend by Ada', 'subscription.change by Ada'])
  })

  test('leaves a webhook that was paused or disabled as it is', async () => {
    const paused = await world.webhook(home.id, { status: 'paused' })
    const gone = await world.webhook(home.id, { status: 'disabled', statusReason: 'gone' })
    await change('free')
    expect(await statusOf(paused)).toBe('paused')
    expect(await world.store.read.webhooks.get(gone.id)).toMatchObject({ statusReason: 'gone' })
    await refusedWith('capability_missing', resume(paused))
  })

  test('holds what is accepted afterwards', async () => {
    await override({ capability: 'api_access' })
    const hook = await world.webhook(home.id)
    await change('pro')
    const input = { type: 'attendee.registered', data: { email: 'visitor@example.com' } }
    expect(await world.engine.intake.accept(owner, home.id, input)).toMatchObject({ deliveries: 1 })
    const numbers = await world.store.read.webhookDeliveries.getNumbers([hook.id], 0)
    expect(numbers.get(hook.id)).toMatchObject({ waiting: 0, held: 1 })
  })

  test('holds in steps of at most a thousand, after the commit that answers', async () => {
    const hook = await world.webhook(home.id)
    await world.deliveries(hook, 2_500)
    const commits: string[] = []
    world.store.onChange((topics) => commits.push([...topics].sort().join(' ')))
    await change('pro')
    expect(commits).toEqual([
      expect.stringContaining('organizations'),
      'deliveries',
      'deliveries',
      'deliveries',
    ])
    expect(commits[0]).not.toContain('deliveries')
  })

  test('never holds a test that somebody has just sent', async () => {
    const hook = await world.webhook(home.id)
    const [trial] = await world.deliveries(hook, 1, { kind: 'test' })
    expect((await preview('pro')).heldDeliveries).toBe(0)
    await change('pro')
    expect(await delivery(trial)).toMatchObject({ status: 'waiting' })
  })

  test('touches no other organization', async () => {
    const away = await world.organization()
    const theirs = await world.webhook(away.id)
    const [waiting] = await world.deliveries(theirs, 1)
    await change('free')
    expect(await statusOf(theirs)).toBe('active')
    expect(await delivery(waiting)).toMatchObject({ status: 'waiting' })
  })

  test('is not felt where an override grants it', async () => {
    const gala = await world.occasion(home.id, { name: 'Gala' })
    await override({ occasionId: gala.id })
    const ofGala = await world.webhook(home.id, { occasionId: gala.id })
    const ofHome = await world.webhook(home.id)
    const [atGala] = await world.deliveries(ofGala, 1)
    await change('pro')
    expect([await statusOf(ofGala), await statusOf(ofHome)]).toEqual(['active', 'suspended'])
    expect(await delivery(atGala)).toMatchObject({ status: 'waiting' })
  })
})

describe('an occasion that lost the capability', () => {
  test('sends nothing through webhooks of the organization either', async () => {
    const gala = await world.occasion(home.id)
    const hook = await world.webhook(home.id)
    const [ofGala] = await world.deliveries(hook, 1, { occasionId: gala.id })
    const [ofHome] = await world.deliveries(hook, 1)
    await override({ occasionId: gala.id, effect: 'deny' })
    await applyCapabilityChange(world.toolbox, home.id)
    expect(await statusOf(hook)).toBe('active')
    expect(await delivery(ofGala)).toMatchObject({ status: 'held', heldReason: 'suspended' })
    expect(await delivery(ofHome)).toMatchObject({ status: 'waiting' })
    await resume(hook)
    await world.engine.start()
    expect(await delivery(ofGala)).toMatchObject({ status: 'held' })
  })

  test('has what was held released by hand when it is back, and not by a start of the program', async () => {
    const gala = await world.occasion(home.id)
    const hook = await world.webhook(home.id)
    const [held] = await world.deliveries(hook, 1, {
      occasionId: gala.id,
      status: 'held',
      heldReason: 'suspended',
      dueAt: null,
    })
    await world.engine.start()
    expect(await delivery(held)).toMatchObject({ status: 'held' })
    await resume(hook)
    expect(await delivery(held)).toMatchObject({ status: 'waiting' })
  })
})

describe('regaining the capability', () => {
  test('resumes nothing by itself; by hand what was held is released', async () => {
    const hook = await world.webhook(home.id)
    const [waiting] = await world.deliveries(hook, 1)
    await change('pro')
    await refusedWith('capability_missing', resume(hook))
    const regained = await change('enterprise')
    expect(regained.resumableWebhooks).toMatchObject({ total: 1, items: [{ id: hook.id }] })
    await applyCapabilityChange(world.toolbox, home.id)
    await world.engine.start()
    expect(await statusOf(hook)).toBe('suspended')
    expect(await delivery(waiting)).toMatchObject({ status: 'held' })
    expect(await resume(hook)).toMatchObject({ status: 'active', recent: { waiting: 1, held: 0 } })
    expect(await delivery(waiting)).toMatchObject({ status: 'waiting', dueAt: world.clock.now() })
  })
})

describe('a trial', () => {
  const trial = { endsAt: startMs + dayMs, note: 'a trial' }

  test('that ends suspends what it carried, once, and says so', async () => {
    await begin('pro')
    await override(trial)
    const hook = await world.webhook(home.id)
    const [waiting] = await world.deliveries(hook, 1)
    world.clock.advance(dayMs - 1)
    expect(await endTrials(world.toolbox)).toBe(0)
    expect(await statusOf(hook)).toBe('active')
    world.clock.advance(1)
    const topics = new Set<string>()
    world.store.onChange((changed) => {
      for (const topic of changed) topics.add(topic)
    })
    expect(await endTrials(world.toolbox)).toBe(1)
    expect(await statusOf(hook)).toBe('suspended')
    expect(await delivery(waiting)).toMatchObject({ status: 'held', heldReason: 'suspended' })
    expect(topics).toContain('capabilities')
    expect(await told()).toEqual(['webhooks.suspend by Patchbay', 'platform.override_ended by Patchbay'])
    expect(await endTrials(world.toolbox)).toBe(0)
  })

  test('that ends while the plan grants the capability changes nothing', async () => {
    await override(trial)
    const hook = await world.webhook(home.id)
    world.clock.advance(2 * dayMs)
    await endTrials(world.toolbox)
    expect(await statusOf(hook)).toBe('active')
  })

  test('of a denial gives the capability back, to be used by hand', async () => {
    await override({ ...trial, effect: 'deny' })
    const hook = await world.webhook(home.id)
    await applyCapabilityChange(world.toolbox, home.id)
    expect(await statusOf(hook)).toBe('suspended')
    world.clock.advance(dayMs)
    await endTrials(world.toolbox)
    expect(await statusOf(hook)).toBe('suspended')
    expect((await resume(hook)).status).toBe('active')
  })
})

describe('the preview', () => {
  test('names twenty of the webhooks and counts all', async () => {
    for (let made = 0; made < 23; made += 1) await world.webhook(home.id)
    const { suspendedWebhooks } = await preview('pro')
    expect(suspendedWebhooks.total).toBe(23)
    expect(suspendedWebhooks.items).toHaveLength(20)
  })

  test('tells what comes and goes, and where', async () => {
    const gala = await world.occasion(home.id, { name: 'Gala' })
    const fair = await world.occasion(home.id, { name: 'Fair' })
    await override({ occasionId: gala.id, capability: 'api_access' })
    await world.webhook(home.id, { occasionId: fair.id, name: 'CRM' })
    await world.key(home.id)
    await world.key(home.id, { revokedAt: 1 })
    expect(await preview('standard')).toMatchObject({
      from: 'enterprise',
      to: 'standard',
      gained: [],
      lost: [
        { capability: 'api_access', organization: true, occasions: 1 },
        { capability: 'webhooks', organization: true, occasions: 2 },
      ],
      suspendedWebhooks: { total: 1, items: [{ name: 'CRM', occasionId: fair.id, occasionName: 'Fair' }] },
      affectedApiKeys: 1,
    })
  })

  test('changes nothing', async () => {
    const hook = await world.webhook(home.id)
    await preview('free')
    expect(await statusOf(hook)).toBe('active')
    expect((await subscription().get(owner, here())).plan).toBe('enterprise')
    expect(await auditLog()).toEqual([])
  })

  test('of the plan that is there already is empty, and the change writes nothing', async () => {
    await world.webhook(home.id)
    const same = await change('enterprise')
    expect(same).toMatchObject({ gained: [], lost: [], suspendedWebhooks: { total: 0 }, heldDeliveries: 0 })
    expect(await auditLog()).toEqual([])
  })
})

describe('what a change does is what the preview said', () => {
  const someOverride = fc.option(
    fc.record({
      effect: fc.constantFrom('grant' as const, 'deny' as const),
      endsAt: fc.constantFrom(null, startMs - dayMs, startMs, startMs + dayMs),
    }),
  )
  const place = fc.constantFrom(null, 0, 1)
  const story = fc.record({
    from: fc.constantFrom(...plans),
    to: fc.constantFrom(...plans),
    overrides: fc.array(fc.record({ api_access: someOverride, webhooks: someOverride }), {
      minLength: 3,
      maxLength: 3,
    }),
    webhooks: fc.array(
      fc.record({
        place,
        status: fc.constantFrom(...webhookStatuses),
        events: fc.array(place, { maxLength: 4 }),
        replays: fc.array(place, { maxLength: 2 }),
      }),
      { maxLength: 5 },
    ),
    keys: fc.integer({ min: 0, max: 2 }),
  })

  /** Everything that the effect speaks of, asked of the rules and the store themselves. */
  const observe = async (places: (string | null)[], keys: Key[], hooks: WebhookRecord[]) => {
    const powers = new Map<string, boolean>()
    for (const occasionId of places) {
      const { capabilities: states } = await subscription().get(owner, { ...here(), occasionId })
      for (const { capability, granted } of states) powers.set(`${capability} ${occasionId}`, granted)
    }
    const decide = async (key: Key, occasionId: string | null) =>
      (await world.toolbox.access.decide(key.principal, 'events.view', { ...here(), occasionId })).allowed
    const allowed = await Promise.all(
      keys.map((key) => Promise.all(places.map((occasionId) => decide(key, occasionId)))),
    )
    const webhooks = await Promise.all(
      hooks.map(async ({ id, occasionId }) => {
        const target = { ...here(), occasionId }
        const { allowed: manageable } = await world.toolbox.access.decide(
          owner.principal,
          'webhooks.manage',
          target,
        )
        return { id, status: await statusOf({ id }), manageable }
      }),
    )
    const numbers = await world.store.read.webhookDeliveries.getNumbers(
      hooks.map(({ id }) => id),
      0,
    )
    const held = [...numbers.values()].reduce((sum, one) => sum + one.held, 0)
    return { powers, allowed, webhooks, held }
  }

  test('for every plan, override, webhook and delivery', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ from, to, overrides, webhooks, keys: keyCount }) => {
        await begin(from)
        try {
          const occasions = [await world.occasion(home.id), await world.occasion(home.id)]
          const at = (index: number | null) => (index === null ? null : (occasions[index]?.id ?? null))
          const places = [null, at(0), at(1)]
          for (const [index, ofPlace] of overrides.entries()) {
            for (const capability of capabilities) {
              const one = ofPlace[capability]
              if (one !== null) await override({ ...one, capability, occasionId: places[index] ?? null })
            }
          }
          const hooks: WebhookRecord[] = []
          for (const { place: index, status, events, replays } of webhooks) {
            const hook = await world.webhook(home.id, { occasionId: at(index), status })
            hooks.push(hook)
            for (const eventPlace of replays) {
              const over = { occasionId: hook.occasionId ?? at(eventPlace), kind: 'replay' } as const
              await world.deliveries(hook, 1, over)
            }
            if (status !== 'active') continue
            for (const eventPlace of events) {
              const occasionId = hook.occasionId ?? at(eventPlace)
              await world.deliveries(hook, 1, { occasionId })
            }
          }
          const keys: Key[] = []
          for (let made = 0; made < keyCount; made += 1) keys.push(await world.key(home.id))

          const before = await observe(places, keys, hooks)
          const said = await preview(to)
          const done = await change(to)
          const after = await observe(places, keys, hooks)
          if (from === to) return

          expect(done).toEqual(said)
          const turns = (capability: Capability, granted: boolean) =>
            places.filter(
              (occasionId) =>
                after.powers.get(`${capability} ${occasionId}`) === granted &&
                before.powers.get(`${capability} ${occasionId}`) === !granted,
            )
          for (const [list, granted] of [
            [said.gained, true],
            [said.lost, false],
          ] as const) {
            for (const capability of capabilities) {
              const seen = turns(capability, granted)
              const one = list.find((turn) => turn.capability === capability)
              expect(one?.organization ?? false).toBe(seen.includes(null))
              expect(one?.occasions ?? 0).toBe(seen.filter((occasionId) => occasionId !== null).length)
            }
          }
          const newlySuspended = after.webhooks.filter(
            ({ status }, index) => status === 'suspended' && before.webhooks[index]?.status === 'active',
          )
          expect(said.suspendedWebhooks.items.map(({ id }) => id)).toEqual(newlySuspended.map(({ id }) => id))
          expect(said.heldDeliveries).toBe(after.held - before.held)
          const refused = after.allowed.filter((ofKey, index) =>
            ofKey.some((allowed, where) => !allowed && before.allowed[index]?.[where] === true),
          )
          expect(said.affectedApiKeys).toBe(refused.length)
          const resumable = after.webhooks.filter(
            ({ manageable, status }, index) =>
              manageable &&
              status === 'suspended' &&
              before.webhooks[index]?.status === 'suspended' &&
              !before.webhooks[index].manageable,
          )
          expect(said.resumableWebhooks.items.map(({ id }) => id)).toEqual(resumable.map(({ id }) => id))
        } finally {
          await world.close()
        }
      }),
      { numRuns: 60 },
    )
    await begin()
  })
})

describe('who may', () => {
  test('see a preview, and change the plan', async () => {
    const admin = await world.person(home.id, { organizationRole: 'admin' })
    const manager = await world.person(home.id, { workspaceRole: 'manager', organizationRole: 'owner' })
    const claimed = await world.person(home.id, { source: 'metadata' })
    const staff = await world.person(home.id, { workspaceRole: 'staff' })
    const stranger = await world.person(null)
    await subscription().preview(manager, { ...here(), plan: 'free' })
    await refusedWith('role_not_allowed', subscription().preview(staff, { ...here(), plan: 'free' }))
    await refusedWith('organization_role_not_allowed', change('free', admin))
    await refusedWith('role_not_allowed', change('free', manager))
    await refusedWith('membership_required', change('free', claimed))
    await refusedWith('not_found', change('free', stranger))
    expect((await subscription().get(owner, here())).plan).toBe('enterprise')
  })

  test('choose a plan that is offered', async () => {
    await world.close()
    const all = engineFixture()
    world = engineFixture({ plans: all.parts.plans.filter(({ plan }) => plan !== 'pro') })
    await all.close()
    home = await world.organization()
    owner = await world.person(home.id)
    const error = await refusedWith('invalid', preview('pro'))
    expect(error.fields).toMatchObject([{ path: '/plan' }])
    await refusedWith('invalid', change('pro'))
  })
})
