import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Connection } from '#contract/connections.ts'
import type { Caller } from '#main/engine/operation.ts'
import type { OccasionRecord, OrganizationRecord } from '#main/store/interface.ts'
import { type EngineFixture, engineFixture, startMs } from '../support/engine.ts'
import { anonymous, type Person } from '../support/makers.ts'
import { refusedWith } from '../support/refused.ts'

const token = '0123456789abcdef0123456789abcdef01234567'
const hook = 'https://hooks.zapier.com/hooks/catch/1234/very-secret-part/'

let world: EngineFixture
let home: OrganizationRecord
let away: OrganizationRecord
let ada: Person

beforeEach(async () => {
  world = engineFixture()
  home = await world.organization()
  away = await world.organization()
  ada = await world.person(home.id, { name: 'Ada' })
})
afterEach(() => world.close())

const operations = () => world.engine.operations.connections
const here = () => ({ organizationId: home.id })
interface Connect {
  organizationId: string
  occasionId?: string | null
  connectorId: string
  configuration: Record<string, string>
  grants: string[]
}
const pipedrive = (over: Partial<Connect> = {}): Connect => ({
  ...here(),
  connectorId: 'pipedrive',
  configuration: { companyDomain: 'hall', apiToken: token },
  grants: ['upsert_person'],
  ...over,
})
const odoo = (over: Partial<Connect> = {}): Connect => ({
  ...here(),
  connectorId: 'odoo',
  configuration: { baseUrl: 'https://hall.odoo.com', database: 'hall', userName: 'ada', apiKey: token },
  grants: [],
  ...over,
})
const one = ({ id }: { id: string }) => ({ ...here(), connectionId: id })
const connect = (input: Connect = pipedrive(), caller: Caller = ada) => operations().connect(caller, input)
const list = async (caller: Caller = ada) => (await operations().list(caller, here())).connections
const history = async (over = {}) =>
  (await operations().history(ada, { ...here(), limit: 50, ...over })).items.map(({ deed }) => deed)
const auditLog = () => world.store.read.audit.list({ organizationId: home.id, limit: 100 })
const secretsOf = ({ id }: Connection) => world.store.read.connections.openSecrets(id)

describe('connecting', () => {
  test('keeps configuration, grants and sealed secrets, and shows only the tail of a secret', async () => {
    const connection = await connect()
    expect(connection).toMatchObject({
      connectorId: 'pipedrive',
      occasionId: null,
      enabled: true,
      configuration: { companyDomain: 'hall' },
      secrets: { apiToken: { configured: true, tail: '4567' } },
      grants: ['upsert_person'],
      authorization: 'not_needed',
      check: { status: 'ok', checkedAt: startMs },
      connectedAt: startMs,
      connectedBy: 'Ada',
    })
    expect(await list()).toEqual([connection])
    expect(await secretsOf(connection)).toEqual(new Map([['apiToken', token]]))
  })

  test('tells nothing of a short secret but that it is there', async () => {
    const { secrets } = await connect(
      odoo({ configuration: { ...odoo().configuration, apiKey: 'fifteen letters' } }),
    )
    expect(secrets).toEqual({ apiKey: { configured: true, tail: '' } })
  })

  test('says honestly that an OAuth connection still waits for consent', async () => {
    const connection = await connect({
      ...here(),
      connectorId: 'slack',
      configuration: { clientId: '1.2', clientSecret: 'client secret' },
      grants: [],
    })
    expect(connection.authorization).toBe('pending')
    expect(connection.check?.reason).toContain('Slack has not been asked for its consent yet')
  })

  test.each([
    ['/configuration/apiToken', { configuration: { companyDomain: 'hall' } }],
    ['/configuration/apiToken', { configuration: { companyDomain: 'hall', apiToken: '  ' } }],
    ['/configuration/apiToken', { configuration: { companyDomain: 'hall', apiToken: 'short' } }],
    ['/configuration/what', { configuration: { companyDomain: 'hall', apiToken: token, what: 'x' } }],
    ['/grants/1', { grants: ['create_deal', 'drop_tables'] }],
    ['/connectorId', { connectorId: 'nothing' }],
  ])('refuses at %s: %o', async (path, over) => {
    const error = await refusedWith('invalid', connect(pipedrive(over)))
    expect(error.fields?.map((field) => field.path)).toEqual([path])
    expect(await list()).toEqual([])
    expect(await auditLog()).toEqual([])
  })

  test('keeps each grant once, in the order of the catalogue', async () => {
    const grants = ['upsert_person', 'create_deal', 'upsert_person']
    expect((await connect(pipedrive({ grants }))).grants).toEqual(['create_deal', 'upsert_person'])
  })

  test('asks the network policy about every address, also about one that is a secret', async () => {
    world.policy.block('hall.odoo.com', 'hall.odoo.com: 10.0.0.5 is a private address.')
    const blocked = await refusedWith('destination_blocked', connect(odoo()))
    expect(blocked.fields).toEqual([
      { path: '/configuration/baseUrl', message: 'hall.odoo.com: 10.0.0.5 is a private address.' },
    ])
    world.policy.block('hooks.zapier.com', 'blocked for the test')
    const secret = await refusedWith(
      'destination_blocked',
      connect({ ...here(), connectorId: 'zapier', configuration: { hookUrl: hook }, grants: [] }),
    )
    expect(JSON.stringify([secret.message, secret.fields])).not.toContain('very-secret')
    await world.store.write((writer) =>
      writer.networkRules.insert({
        id: world.toolbox.ids.next('nwr'),
        organizationId: home.id,
        target: 'hall.odoo.com',
        note: 'ERP',
        createdAt: 1,
        createdBy: 'Ada',
      }),
    )
    await connect(odoo())
  })

  test('makes one connection for each connector and place', async () => {
    const gala = await world.occasion(home.id)
    await connect()
    const error = await refusedWith('conflict', connect())
    expect(error.message).toBe('Pipedrive is connected here already.')
    await connect(pipedrive({ occasionId: gala.id }))
    await refusedWith('conflict', connect(pipedrive({ occasionId: gala.id })))
    expect(await list()).toHaveLength(2)
  })

  test('makes one also of two requests that come at once', async () => {
    const results = await Promise.allSettled([connect(), connect()])
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await list()).toHaveLength(1)
  })
})

describe('configuring', () => {
  const configure = (connection: Connection, over: object) =>
    operations().configure(ada, { ...one(connection), configuration: {}, ...over })

  test('keeps a secret that is empty or absent, and replaces one that is given', async () => {
    const connection = await connect()
    const kept = await configure(connection, { configuration: { companyDomain: 'new', apiToken: '' } })
    expect(kept).toMatchObject({ configuration: { companyDomain: 'new' }, grants: ['upsert_person'] })
    expect(await secretsOf(connection)).toEqual(new Map([['apiToken', token]]))
    await configure(connection, { configuration: { companyDomain: 'new' } })
    expect(await secretsOf(connection)).toEqual(new Map([['apiToken', token]]))
    const other = `${token.slice(0, -4)}89ab`
    const changed = await configure(connection, {
      configuration: { companyDomain: 'new', apiToken: other },
    })
    expect(changed.secrets).toEqual({ apiToken: { configured: true, tail: '89ab' } })
    expect(await secretsOf(connection)).toEqual(new Map([['apiToken', other]]))
  })

  test('removes a secret that is not required with null, and no other one', async () => {
    const connection = await connect({
      ...here(),
      connectorId: 'n8n',
      configuration: { hookUrl: 'https://n8n.example/webhook/1', headerName: 'X-Token', headerValue: token },
      grants: [],
    })
    const half = { configuration: { headerName: 'X-Token', headerValue: null } }
    await refusedWith('invalid', configure(connection, half))
    const bare = await configure(connection, { configuration: { headerValue: null } })
    expect(Object.keys(bare.secrets)).toEqual(['hookUrl'])
    const error = await refusedWith('invalid', configure(connection, { configuration: { hookUrl: null } }))
    expect(error.fields?.[0]?.path).toBe('/configuration/hookUrl')
    expect([...(await secretsOf(connection)).keys()]).toEqual(['hookUrl'])
  })

  test('carries no stored secret to another host', async () => {
    const connection = await connect(odoo())
    const moved = { ...odoo().configuration, baseUrl: 'https://evil.example', apiKey: '' }
    const error = await refusedWith('invalid', configure(connection, { configuration: moved }))
    expect(error.fields).toEqual([
      {
        path: '/configuration/apiKey',
        message: 'Enter this again: it would be sent to another host than before',
      },
    ])
    expect((await list())[0]?.configuration.baseUrl).toBe('https://hall.odoo.com/')
    const onOtherPort = { ...moved, baseUrl: 'https://hall.odoo.com:8443' }
    await refusedWith('invalid', configure(connection, { configuration: onOtherPort }))
    await configure(connection, { configuration: { ...moved, baseUrl: 'https://hall.odoo.com/other' } })
    await configure(connection, { configuration: { ...moved, apiKey: token } })
    expect((await list())[0]?.configuration.baseUrl).toBe('https://evil.example/')
  })

  test('judges and checks what comes out as a whole', async () => {
    const connection = await connect(odoo())
    world.policy.block('hall.odoo.com', 'blocked now')
    const same = { configuration: { ...odoo().configuration, apiKey: '' } }
    await refusedWith('destination_blocked', configure(connection, same))
    const missing = await refusedWith('invalid', configure(connection, { configuration: {} }))
    expect(missing.fields?.map(({ path }) => path)).toEqual(
      ['baseUrl', 'database', 'userName'].map((name) => `/configuration/${name}`),
    )
  })

  test('changes grants when they are given', async () => {
    const connection = await connect()
    const same = { configuration: { companyDomain: 'hall' } }
    expect((await configure(connection, { ...same, grants: [] })).grants).toEqual([])
    await refusedWith('invalid', configure(connection, { ...same, grants: ['fly'] }))
  })

  test('that changes nothing leaves no trace', async () => {
    const connection = await connect()
    await configure(connection, { configuration: { companyDomain: 'hall' }, grants: ['upsert_person'] })
    expect(await history()).toEqual(['connected'])
    expect(await auditLog()).toHaveLength(1)
  })
})

describe('a connection', () => {
  test('is turned off and on; what it is already changes nothing', async () => {
    const connection = await connect()
    expect((await operations().setEnabled(ada, { ...one(connection), enabled: false })).enabled).toBe(false)
    await operations().setEnabled(ada, { ...one(connection), enabled: false })
    expect((await operations().setEnabled(ada, { ...one(connection), enabled: true })).enabled).toBe(true)
    expect(await history()).toEqual(['enabled', 'disabled', 'connected'])
  })

  test('that is reset forgets what was found, is connected as of now, and keeps its settings', async () => {
    const connection = await connect()
    world.clock.advance(5_000)
    expect(await operations().reset(ada, one(connection))).toEqual({
      ...connection,
      check: null,
      connectedAt: startMs + 5_000,
    })
    expect(await secretsOf(connection)).toEqual(new Map([['apiToken', token]]))
  })

  test('that is disconnected is gone with its secrets, and its history stays', async () => {
    const connection = await connect()
    expect(await operations().disconnect(ada, one(connection))).toEqual({ done: true })
    expect(await list()).toEqual([])
    expect(await secretsOf(connection)).toEqual(new Map())
    for (const name of ['reset', 'disconnect', 'check'] as const) {
      await refusedWith('not_found', operations()[name](ada, one(connection)))
    }
    expect(await history()).toEqual(['disconnected', 'connected'])
    await connect()
    expect(await history()).toEqual(['connected', 'disconnected', 'connected'])
  })

  test('whose connector left the catalogue is shown, and can be disconnected', async () => {
    const { id } = await world.connection(home.id, { connectorId: 'telex' })
    expect(await list()).toMatchObject([{ connectorId: 'telex', authorization: 'not_needed' }])
    await refusedWith('conflict', operations().check(ada, one({ id })))
    await operations().disconnect(ada, one({ id }))
    expect(await list()).toEqual([])
  })
})

describe('a check', () => {
  const check = (connection: Connection) => operations().check(ada, one(connection))

  test('keeps what it found and when, and calls nobody', async () => {
    const connection = await connect(odoo())
    world.clock.advance(60_000)
    const found = await check(connection)
    expect(found.check).toEqual({
      status: 'ok',
      reason: 'The settings are complete. The network policy allows hall.odoo.com.',
      checkedAt: startMs + 60_000,
    })
    expect((await list())[0]?.check).toEqual(found.check)
  })

  test('fails when the policy blocks an address meanwhile, and tells when that is over', async () => {
    const connection = await connect(odoo())
    world.policy.block('hall.odoo.com', 'hall.odoo.com is private.')
    expect((await check(connection)).check).toMatchObject({
      status: 'failing',
      reason: 'hall.odoo.com is private.',
    })
    await check(connection)
    await world.store.write((writer) =>
      writer.networkRules.insert({
        id: world.toolbox.ids.next('nwr'),
        organizationId: home.id,
        target: 'hall.odoo.com',
        note: '',
        createdAt: 1,
        createdBy: '',
      }),
    )
    expect((await check(connection)).check?.status).toBe('ok')
    expect(await history()).toEqual(['recovered', 'failing', 'connected'])
  })

  test('fails at what the catalogue asks for and the connection has not', async () => {
    const { id } = await world.connection(home.id, { connectorId: 'pipedrive' })
    const { check: found } = await operations().check(ada, one({ id }))
    expect(found).toMatchObject({ status: 'failing', reason: 'Company domain: Fill in: Company domain' })
  })
})

describe('the history', () => {
  test('tells who did what, when and with which connector, page by page', async () => {
    const gala = await world.occasion(home.id)
    const max = await world.person(home.id, {
      name: 'Max',
      workspaceRole: 'manager',
      organizationRole: 'manager',
    })
    const connection = await connect(pipedrive({ occasionId: gala.id }))
    world.clock.advance(10)
    await operations().configure(max, {
      ...one(connection),
      configuration: { companyDomain: 'other', apiToken: token },
      grants: [],
    })
    const first = await operations().history(ada, { ...here(), limit: 1 })
    expect(first.items).toEqual([
      {
        connectionId: connection.id,
        connectorId: 'pipedrive',
        occasionId: gala.id,
        deed: 'configured',
        at: startMs + 10,
        by: 'Max',
        detail: 'Company domain, API token, grants',
      },
    ])
    const second = await operations().history(ada, {
      ...here(),
      limit: 1,
      cursor: first.nextCursor ?? '',
    })
    expect([second.items[0]?.deed, second.nextCursor]).toEqual(['connected', null])
  })

  test('is of one occasion or connector when that is asked for, and never of another organization', async () => {
    const gala = await world.occasion(home.id)
    await connect(pipedrive({ occasionId: gala.id }))
    await connect(odoo())
    const rita = await world.person(away.id)
    await connect({ ...pipedrive(), organizationId: away.id }, rita)
    expect(await history()).toHaveLength(2)
    expect(await history({ occasionId: gala.id })).toHaveLength(1)
    expect(await history({ connectorId: 'odoo' })).toHaveLength(1)
    expect(await history({ connectorId: 'odoo', occasionId: gala.id })).toEqual([])
  })
})

describe('access', () => {
  /** Every operation that changes something, on a connection or on none. */
  const managing = (connection: Connection): [string, (caller: Caller) => Promise<unknown>][] => [
    ['connect', (caller) => operations().connect(caller, odoo())],
    ['configure', (caller) => operations().configure(caller, { ...one(connection), configuration: {} })],
    ['setEnabled', (caller) => operations().setEnabled(caller, { ...one(connection), enabled: false })],
    ['reset', (caller) => operations().reset(caller, one(connection))],
    ['disconnect', (caller) => operations().disconnect(caller, one(connection))],
    ['check', (caller) => operations().check(caller, one(connection))],
  ]
  const setPlan = (plan: 'free' | 'enterprise') =>
    world.store.write((writer) => writer.organizations.setPlan(home.id, plan))

  test('to every change is for those whom the rules allow', async () => {
    const connection = await connect()
    const before = [await list(), await auditLog(), await history()]
    const staff = await world.person(home.id, { workspaceRole: 'staff' })
    const meta = await world.person(home.id, { workspaceRole: 'manager', source: 'metadata' })
    const stranger = await world.person(away.id)
    const key = await world.key(home.id)
    for (const [, call] of managing(connection)) {
      await refusedWith('role_not_allowed', call(staff))
      await refusedWith('membership_required', call(meta))
      await refusedWith('not_found', call(stranger))
      await refusedWith('scope_missing', call(key))
      await refusedWith('not_signed_in', call(anonymous))
    }
    await world.store.write((writer) =>
      writer.killSwitches.switchOff({
        name: 'integrations',
        organizationId: home.id,
        reason: 'incident',
        by: 'Pat',
        at: 1,
      }),
    )
    for (const [, call] of managing(connection)) await refusedWith('switched_off', call(ada))
    expect([await list(), await auditLog(), await history()]).toEqual(before)
  })

  test('to reading stays when the capability goes; every change is refused, and comes back with it', async () => {
    const connection = await connect()
    await setPlan('free')
    expect(await list()).toEqual([connection])
    expect(await history()).toEqual(['connected'])
    for (const [, call] of managing(connection)) await refusedWith('capability_missing', call(ada))
    await setPlan('enterprise')
    await operations().setEnabled(ada, { ...one(connection), enabled: false })
  })

  test('is resolved under the occasion of the connection', async () => {
    const gala = await world.occasion(home.id)
    const connection = await connect(pipedrive({ occasionId: gala.id }))
    await world.override(home.id, { occasionId: gala.id, capability: 'api_access', effect: 'deny' })
    await refusedWith('capability_denied', operations().reset(ada, one(connection)))
    await refusedWith('capability_denied', connect(odoo({ occasionId: gala.id })))
    await connect(odoo())
  })

  test('to a connection of elsewhere is that to one that does not exist', async () => {
    const foreign = await world.connection(away.id)
    const missing = world.toolbox.ids.next('con')
    const ofForeign = await refusedWith('not_found', operations().reset(ada, one(foreign)))
    const ofMissing = await refusedWith('not_found', operations().reset(ada, one({ id: missing })))
    expect(JSON.stringify(ofForeign.decision).replaceAll(foreign.id, 'ID')).toBe(
      JSON.stringify(ofMissing.decision).replaceAll(missing, 'ID'),
    )
    await refusedWith('not_found', operations().history(ada, { organizationId: away.id, limit: 5 }))
    const occasion: OccasionRecord = await world.occasion(away.id)
    await refusedWith('not_found', connect(pipedrive({ occasionId: occasion.id })))
  })
})

test('no secret is in the audit log, the history, a list or an error', async () => {
  const connection = await connect(
    odoo({ configuration: { ...odoo().configuration, baseUrl: 'https://hall.odoo.com/?session=abc123' } }),
  )
  const other = token.replace('0', 'f')
  await operations().configure(ada, {
    ...one(connection),
    configuration: { ...odoo().configuration, apiKey: other },
  })
  const zapier = await connect({
    ...here(),
    connectorId: 'zapier',
    configuration: { hookUrl: hook },
    grants: [],
  })
  await operations().check(ada, one(zapier))
  const wrong = await refusedWith(
    'invalid',
    operations().configure(ada, {
      ...one(zapier),
      configuration: { hookUrl: 'https://evil.example/very-secret-part' },
    }),
  )
  await operations().disconnect(ada, one(zapier))
  const log = await auditLog()
  const told = JSON.stringify([log, await list(), wrong.message, wrong.fields, wrong.decision])
  for (const secret of [token, other, 'very-secret', 'abc123', token.slice(8)]) {
    expect(told.replaceAll(connection.configuration.baseUrl ?? '', '')).not.toContain(secret)
  }
  const { items } = await operations().history(ada, { ...here(), limit: 50 })
  expect(JSON.stringify(items)).not.toContain('very-secret')
  const [configured] = log.filter(({ action }) => action === 'connections.configure')
  expect(JSON.parse(configured?.after ?? '')).toMatchObject({
    secrets: ['apiKey'],
    changedSecrets: ['apiKey'],
  })
  expect(log.map(({ action }) => action)).toEqual([
    'connections.disconnect',
    'connections.check',
    'connections.connect',
    'connections.configure',
    'connections.connect',
  ])
})
