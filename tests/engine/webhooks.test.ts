import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { OccasionRecord, OrganizationRecord } from '#main/store/interface.ts'
import { type EngineFixture, engineFixture } from '../support/engine.ts'
import { anonymous, type Person } from '../support/makers.ts'
import { refusedWith } from '../support/refused.ts'
import { shown } from '../support/shown.ts'

let world: EngineFixture
let home: OrganizationRecord
let away: OrganizationRecord
let gala: OccasionRecord
let owner: Person

beforeEach(async () => {
  world = engineFixture()
  home = await world.organization()
  away = await world.organization()
  gala = await world.occasion(home.id)
  owner = await world.person(home.id, { name: 'Ada' })
})
afterEach(() => world.close())

const webhooks = () => world.engine.operations.webhooks
const input = (over = {}) => ({
  organizationId: home.id,
  url: 'https://hooks.example/in',
  events: ['attendee.*'],
  timeoutMs: 15_000,
  concurrency: 16,
  scheduleMs: null,
  ...over,
})
const auditLog = () => world.store.read.audit.list({ organizationId: home.id, limit: 100 })
const list = async (over = {}) =>
  (await webhooks().list(owner, { organizationId: home.id, limit: 50, ...over })).items

describe('creating a webhook', () => {
  test('answers a secret of 32 bytes once and keeps it sealed', async () => {
    const created = await webhooks().create(owner, input())
    const { webhook } = created
    const secret = shown(created)
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(Buffer.from(secret.slice(6), 'base64')).toHaveLength(32)
    expect(webhook.secrets).toMatchObject([{ tail: secret.slice(-4), expiresAt: null }])
    const later = await webhooks().get(owner, { organizationId: home.id, webhookId: webhook.id })
    expect(JSON.stringify(later)).not.toContain(secret.slice(6, 40))
  })

  test('is told in the audit log without the secret and without what the query of the URL holds', async () => {
    const url = 'https://hooks.example/in?token=s3cr3t&token=again'
    const secret = shown(await webhooks().create(owner, input({ url })))
    const [entry] = await auditLog()
    const told = JSON.stringify(entry)
    expect(told).toContain('https://hooks.example/in?token=')
    for (const hidden of [secret.slice(6), 's3cr3t', 'again', 'sealed', 'secret"'])
      expect(told).not.toContain(hidden)
  })

  test('begins active, for the organization, with the host for a name', async () => {
    const { webhook } = await webhooks().create(owner, input({ url: 'https://hooks.example:8443/in' }))
    expect(webhook).toMatchObject({
      name: 'hooks.example:8443',
      status: 'active',
      occasionId: null,
      createdBy: 'Ada',
      recent: { delivered: 0, failedAttempts: 0, waiting: 0, held: 0 },
      lastAttemptAt: null,
    })
  })

  test.each([
    ['HTTPS://Hooks.Example:443/In', 'https://hooks.example/In'],
    ['http://hooks.example:80', 'http://hooks.example/'],
    ['https://hooks.example/a/../b#part', 'https://hooks.example/b'],
    ['https://bücher.example/', 'https://xn--bcher-kva.example/'],
  ])('keeps %s as %s', async (url, kept) => {
    expect((await webhooks().create(owner, input({ url }))).webhook.url).toBe(kept)
    expect(world.policy.checked).toEqual([kept])
  })

  test.each(['https://ada@hooks.example/', 'https://ada:pw@hooks.example/', 'https://:pw@hooks.example/'])(
    'refuses credentials in the URL, and does not repeat them: %s',
    async (url) => {
      const error = await refusedWith('invalid', webhooks().create(owner, input({ url })))
      expect(error.fields?.map(({ path }) => path)).toEqual(['/url'])
      expect(JSON.stringify(error)).not.toContain('pw')
    },
  )

  test('names every pattern that no event type matches', async () => {
    const events = ['attendee.registered', 'attendee.levitated', '*', 'nothing.*', 'attend.*']
    const error = await refusedWith('invalid', webhooks().create(owner, input({ events })))
    expect(error.fields?.map(({ path }) => path)).toEqual(['/events/1', '/events/3', '/events/4'])
    expect(world.policy.checked).toEqual([])
  })

  test('keeps a pattern that was given twice once', async () => {
    const { webhook } = await webhooks().create(owner, input({ events: ['*', 'order.*', '*'] }))
    expect(webhook.events).toEqual(['*', 'order.*'])
  })

  test('is refused where the network policy blocks the address, with its reason, unless a rule allows it', async () => {
    world.policy.block('printer.lan', '192.168.1.4 is a private address')
    const create = () => webhooks().create(owner, input({ url: 'http://printer.lan/' }))
    const error = await refusedWith('destination_blocked', create())
    expect(error.detail).toBe('192.168.1.4 is a private address')
    expect(error.fields).toEqual([{ path: '/url', message: '192.168.1.4 is a private address' }])
    expect(await list()).toEqual([])
    await world.engine.operations.settings.addNetworkRule(owner, {
      organizationId: home.id,
      target: 'printer.lan',
      note: 'the badge printer',
    })
    expect((await create()).webhook.name).toBe('printer.lan')
  })

  test('may repeat what another webhook does', async () => {
    await webhooks().create(owner, input())
    await webhooks().create(owner, input())
    expect(await list()).toHaveLength(2)
  })

  test('works for an occasion of the organization and for no other', async () => {
    const { webhook } = await webhooks().create(owner, input({ occasionId: gala.id }))
    expect(webhook.occasionId).toBe(gala.id)
    const foreign = await world.occasion(away.id)
    await refusedWith('not_found', webhooks().create(owner, input({ occasionId: foreign.id })))
    const missing = world.toolbox.ids.next('occ')
    await refusedWith('not_found', webhooks().create(owner, input({ occasionId: missing })))
  })

  test('is refused without a trace to everybody whom the rules refuse', async () => {
    const staff = await world.person(home.id, { workspaceRole: 'staff' })
    const member = await world.person(home.id, { workspaceRole: 'manager', organizationRole: 'member' })
    const claimed = await world.person(home.id, { source: 'metadata' })
    const stranger = await world.person(away.id)
    const sender = await world.key(home.id, { scopes: ['api'] })
    await refusedWith('role_not_allowed', webhooks().create(staff, input()))
    await refusedWith('organization_role_not_allowed', webhooks().create(member, input()))
    await refusedWith('membership_required', webhooks().create(claimed, input()))
    await refusedWith('not_found', webhooks().create(stranger, input()))
    await refusedWith('scope_missing', webhooks().create(sender, input()))
    await refusedWith('not_signed_in', webhooks().create(anonymous, input()))
    expect(await list()).toEqual([])
    expect(await auditLog()).toEqual([])
    expect(world.policy.checked).toEqual([])
  })

  test('works for managers, support and keys with scope admin', async () => {
    const manager = await world.person(home.id, { workspaceRole: 'manager', organizationRole: 'manager' })
    const support = await world.person(null, { platformAdmin: true })
    const key = await world.key(home.id, { name: 'terraform' })
    for (const caller of [manager, support, key]) await webhooks().create(caller, input())
    expect((await list()).map(({ createdBy }) => createdBy)[0]).toBe('API key terraform')
  })

  test('takes the capability of the occasion, not that of the organization', async () => {
    const free = await world.organization({ plan: 'free' })
    const trial = await world.occasion(free.id)
    const finn = await world.person(free.id)
    await world.override(free.id, { occasionId: trial.id, capability: 'webhooks', effect: 'grant' })
    const create = (occasionId: string | null) =>
      webhooks().create(finn, input({ organizationId: free.id, occasionId }))
    await refusedWith('capability_missing', create(null))
    const { webhook } = await create(trial.id)
    const { id } = await world.webhook(free.id)
    // What the occasion grants is good for its own webhook, and not for that of the organization.
    const rename = (webhookId: string) =>
      webhooks().update(finn, { organizationId: free.id, webhookId, name: 'renamed' })
    expect((await rename(webhook.id)).name).toBe('renamed')
    await refusedWith('capability_missing', rename(id))
  })
})

describe('the list of webhooks', () => {
  test('is narrowed by occasion, status, and a part of name or URL', async () => {
    await world.webhook(away.id, { name: 'foreign' })
    await world.webhook(home.id, { name: 'Till', url: 'https://pay.example/a_b' })
    await world.webhook(home.id, { name: 'Badges', occasionId: gala.id, status: 'paused' })
    const names = async (over: object) => (await list(over)).map(({ name }) => name)
    expect(await names({})).toEqual(['Badges', 'Till'])
    expect(await names({ occasionId: gala.id })).toEqual(['Badges'])
    expect(await names({ occasionId: null })).toEqual(['Badges', 'Till'])
    expect(await names({ status: 'paused' })).toEqual(['Badges'])
    expect(await names({ search: 'BADG' })).toEqual(['Badges'])
    expect(await names({ search: 'pay.example' })).toEqual(['Till'])
    expect(await names({ search: 'a_b' })).toEqual(['Till'])
    expect(await names({ search: 'a%b' })).toEqual([])
  })

  test('goes on where the page before ended', async () => {
    for (const name of ['a', 'b', 'c']) await world.webhook(home.id, { name })
    const first = await webhooks().list(owner, { organizationId: home.id, limit: 2 })
    const rest = await list({ cursor: first.nextCursor ?? '', limit: 2 })
    expect([...first.items, ...rest].map(({ name }) => name)).toEqual(['c', 'b', 'a'])
    await refusedWith('malformed', webhooks().list(owner, { organizationId: home.id, limit: 2, cursor: 'x' }))
  })

  test('counts what waits, what is held, and the attempts of the last 24 hours', async () => {
    const [busy, quiet] = [await world.webhook(home.id), await world.webhook(home.id)]
    await world.deliveries(busy, 3)
    await world.deliveries(busy, 2, { status: 'held', heldReason: 'offline', dueAt: null })
    const [shown] = await list({ search: busy.name })
    expect(shown?.recent).toEqual({ delivered: 0, failedAttempts: 0, waiting: 3, held: 2 })
    expect((await list({ search: quiet.name }))[0]?.recent).toMatchObject({ waiting: 0, held: 0 })
  })

  test('is refused for a foreign occasion and to strangers', async () => {
    const foreign = await world.occasion(away.id)
    const ask = (occasionId: string) =>
      webhooks().list(owner, { organizationId: home.id, occasionId, limit: 5 })
    await refusedWith('not_found', ask(foreign.id))
    const stranger = await world.person(away.id)
    await refusedWith('not_found', webhooks().list(stranger, { organizationId: home.id, limit: 5 }))
  })

  test('can be read without the capability, and not by staff', async () => {
    const free = await world.organization({ plan: 'free' })
    const finn = await world.person(free.id)
    const hook = await world.webhook(free.id)
    const page = await webhooks().list(finn, { organizationId: free.id, limit: 5 })
    expect(page.items.map(({ id }) => id)).toEqual([hook.id])
    const staff = await world.person(home.id, { workspaceRole: 'staff' })
    await refusedWith('role_not_allowed', webhooks().list(staff, { organizationId: home.id, limit: 5 }))
  })
})

describe('one webhook', () => {
  test('of another organization looks like one that does not exist', async () => {
    const foreignGala = await world.occasion(away.id)
    const foreign = await world.webhook(away.id, { occasionId: foreignGala.id })
    const missing = world.toolbox.ids.next('whk')
    const decisionAbout = async (webhookId: string) => {
      const error = await refusedWith(
        'not_found',
        webhooks().get(owner, { organizationId: home.id, webhookId }),
      )
      return JSON.stringify(error.decision).replaceAll(webhookId, 'ID')
    }
    expect(await decisionAbout(foreign.id)).toBe(await decisionAbout(missing))
  })

  test('of another organization can be neither changed nor tried, paused, resumed or deleted', async () => {
    const { id: webhookId } = await world.webhook(away.id)
    const one = { organizationId: home.id, webhookId }
    const before = await world.store.read.webhooks.get(webhookId)
    await refusedWith('not_found', webhooks().update(owner, { ...one, name: 'mine' }))
    await refusedWith('not_found', webhooks().pause(owner, one))
    await refusedWith('not_found', webhooks().resume(owner, one))
    await refusedWith('not_found', webhooks().sendTest(owner, { ...one, eventType: 'attendee.registered' }))
    await refusedWith('not_found', webhooks().checkConnectivity(owner, one))
    await refusedWith(
      'not_found',
      webhooks().delete(owner, { organizationId: home.id, webhookIds: [webhookId] }),
    )
    expect(await world.store.read.webhooks.get(webhookId)).toEqual(before)
    expect(world.delivery.wakes).toBe(0)
  })

  test('is changed in part; the audit log has before and after', async () => {
    const { id: webhookId } = await world.webhook(home.id, {
      name: 'old',
      url: 'https://a.example/?k=s3cr3t',
    })
    const changed = await webhooks().update(owner, {
      organizationId: home.id,
      webhookId,
      name: 'new',
      events: ['order.*'],
      scheduleMs: [0, 1_000],
    })
    expect(world.delivery.reconsiders).toBe(1)
    expect(changed).toMatchObject({
      name: 'new',
      events: ['order.*'],
      scheduleMs: [0, 1_000],
      url: 'https://a.example/?k=s3cr3t',
    })
    const [entry] = await auditLog()
    expect(JSON.parse(entry?.before ?? '')).toMatchObject({ name: 'old', events: ['*'], scheduleMs: null })
    expect(JSON.parse(entry?.after ?? '')).toMatchObject({ name: 'new', scheduleMs: [0, 1_000] })
    expect(JSON.stringify(entry)).not.toContain('s3cr3t')
    const back = await webhooks().update(owner, { organizationId: home.id, webhookId, scheduleMs: null })
    expect(back.scheduleMs).toBeNull()
  })

  test('is asked about at the network policy only when its address changes', async () => {
    const { id: webhookId, url } = await world.webhook(home.id)
    const one = { organizationId: home.id, webhookId }
    world.policy.block('inside.lan', 'private')
    await webhooks().update(owner, { ...one, name: 'renamed', url })
    expect(world.policy.checked).toEqual([])
    const move = webhooks().update(owner, { ...one, url: 'https://inside.lan/' })
    await refusedWith('destination_blocked', move)
    expect((await world.store.read.webhooks.get(webhookId))?.url).toBe(url)
    await refusedWith('invalid', webhooks().update(owner, { ...one, events: ['no.such'] }))
  })

  test('leaves nothing in the audit log when nothing changed', async () => {
    const { id: webhookId, name } = await world.webhook(home.id)
    await webhooks().update(owner, { organizationId: home.id, webhookId, name })
    expect(await auditLog()).toEqual([])
  })
})

test('what the policy says of an address can be asked beforehand', async () => {
  world.policy.block('inside.lan', '10.0.0.4 is a private address')
  const ask = (url: string) => webhooks().checkUrl(owner, { organizationId: home.id, url })
  expect(await ask('https://Inside.lan/x')).toMatchObject({
    allowed: false,
    reason: '10.0.0.4 is a private address',
  })
  expect(await ask('https://outside.example/')).toMatchObject({ allowed: true })
  const staff = await world.person(home.id, { workspaceRole: 'staff' })
  await refusedWith(
    'role_not_allowed',
    webhooks().checkUrl(staff, { organizationId: home.id, url: 'https://a.example/' }),
  )
})
