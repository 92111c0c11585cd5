import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Connector, connectorSchema } from '#contract/connections.ts'
import { adapterOf } from '#main/engine/connections/adapters.ts'
import { readValues, type Values, valueProblem } from '#main/engine/connections/values.ts'
import connectors from '#resources/connectors.json' with { type: 'json' }

const catalogue = z.array(connectorSchema).parse(connectors)
const byName = catalogue.map((connector): [string, Connector] => [connector.id, connector])

const connectorOf = (id: string): Connector => {
  const found = catalogue.find((connector) => connector.id === id)
  if (found === undefined) throw new Error(`no connector ${id}`)
  return found
}
const wrong = (id: string, values: Record<string, string>) =>
  adapterOf(connectorOf(id))
    .validate(connectorOf(id), new Map(Object.entries(values)))
    .map(({ path }) => path)

/** What a person would fill in, connector by connector. */
const good: Record<string, Record<string, string>> = {
  quickbooks: { clientId: 'ABc1', clientSecret: 's3cret', companyId: '9130357766', environment: 'sandbox' },
  xero: { clientId: 'a', clientSecret: 'b', tenantId: '45e4708e-d862-4111-ab3a-dd8cd03913e1' },
  sage: { clientId: 'a', clientSecret: 'b', country: 'DE' },
  datev: { clientId: 'a', clientSecret: 'b', consultantNumber: '1234567', clientNumber: '10001' },
  salesforce: { instanceUrl: 'https://example.my.salesforce.com/', clientId: 'a', clientSecret: 'b' },
  hubspot: { clientId: 'a', clientSecret: 'b' },
  pipedrive: { companyDomain: 'harbour-hall', apiToken: 'a1'.repeat(20) },
  'dynamics-crm': {
    environmentUrl: 'https://example.crm4.dynamics.com/',
    directoryId: '45e4708e-d862-4111-ab3a-dd8cd03913e1',
    clientId: 'a',
    clientSecret: 'b',
  },
  zapier: { hookUrl: 'https://hooks.zapier.com/hooks/catch/123456/abcdef/' },
  make: { hookUrl: 'https://hook.eu2.make.com/abcdefghijklmnop' },
  n8n: { hookUrl: 'http://n8n.local:5678/webhook/1', headerName: 'X-Token', headerValue: 'v' },
  'power-automate': {
    hookUrl: 'https://prod-12.westeurope.logic.azure.com/workflows/1/triggers/manual/paths/invoke?sig=x',
  },
  slack: { clientId: '1.2', clientSecret: 'b', channel: '#events' },
  'microsoft-teams': { hookUrl: 'https://example.webhook.office.com/webhookb2/1' },
  mailchimp: { clientId: 'a', clientSecret: 'b', dataCenter: 'us21', audienceId: 'abcdef0123' },
  twilio: {
    accountSid: `AC${'0a'.repeat(16)}`,
    authToken: 'f'.repeat(32),
    sender: '+4930123456',
  },
  eventbrite: { clientId: 'a', clientSecret: 'b', accountId: '123456789' },
  pretix: { baseUrl: 'https://pretix.eu/', organizer: 'harbour', apiToken: 't' },
  'ticket-tailor': { apiKey: 'sk_1234_567890_abcdef' },
  'sap-s4hana': {
    baseUrl: 'https://my300000-api.s4hana.cloud.sap/',
    tokenUrl: 'https://my300000.authentication.sap.hana.ondemand.com/oauth/token',
    clientId: 'a',
    clientSecret: 'b',
    client: '100',
  },
  'business-central': {
    directoryId: '45e4708e-d862-4111-ab3a-dd8cd03913e1',
    clientId: 'a',
    clientSecret: 'b',
    environment: 'Production',
    companyId: '45e4708e-d862-4111-ab3a-dd8cd03913e1',
  },
  odoo: { baseUrl: 'https://example.odoo.com/', database: 'hall', userName: 'ada', apiKey: 'k' },
}

describe.each(byName)('the settings of %s', (id, connector) => {
  test('have fields of different names, and none that could not be filled in', () => {
    const names = connector.fields.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(connector.fields.some(({ required }) => required)).toBe(true)
    for (const field of connector.fields) expect(field.help).toMatch(/\.$/)
  })

  test('have patterns that look at the whole start of a value', () => {
    for (const field of connector.fields) {
      if (!('pattern' in field) || field.pattern === undefined) continue
      expect(field.pattern).toMatch(/^\^/)
      expect(new RegExp(field.pattern).test('')).toBe(false)
    }
  })

  test('are accepted as people fill them in', () => {
    const { values, errors } = readValues(connector, good[id] ?? {})
    expect([errors, adapterOf(connector).validate(connector, values)]).toEqual([[], []])
  })

  test('are not complete without a required field', () => {
    for (const { name, required } of connector.fields) {
      if (!required) continue
      const { [name]: _left, ...rest } = good[id] ?? {}
      expect(wrong(id, rest)).toContain(`/configuration/${name}`)
    }
  })

  test('keep what must not be seen secret', () => {
    const open = connector.fields.filter(({ kind }) => kind !== 'secret').map(({ name }) => name)
    expect(
      open.filter((name) => /secret|token|key|password|hook/i.test(name) && name !== 'tokenUrl'),
    ).toEqual([])
    expect(connector.fields.some(({ kind }) => kind === 'secret')).toBe(true)
  })
})

describe('the values', () => {
  const read = (id: string, given: Record<string, string | null>): Values =>
    readValues(connectorOf(id), given).values

  test('are kept without the white space around them, and not at all when empty', () => {
    expect(read('odoo', { database: '  hall\n', userName: '   ', apiKey: null })).toEqual(
      new Map([['database', 'hall']]),
    )
  })

  test('that are addresses are kept in their normal form, without a fragment', () => {
    expect(read('odoo', { baseUrl: 'HTTPS://Example.odoo.COM:443/x#y' }).get('baseUrl')).toBe(
      'https://example.odoo.com/x',
    )
  })

  test('of fields that the connector has not are wrong, with a pointer that can be followed', () => {
    const { errors } = readValues(connectorOf('odoo'), { 'a/b~c': 'x' })
    expect(errors).toEqual([{ path: '/configuration/a~1b~0c', message: 'Odoo has no such field' }])
  })

  test.each([
    ['odoo', 'baseUrl', 'ftp://example.com'],
    ['odoo', 'baseUrl', 'example.com'],
    ['odoo', 'baseUrl', 'https://ada:secret@example.com/'],
    ['odoo', 'database', 'two words'],
    ['odoo', 'apiKey', 'one\nX-Injected: two'],
    ['sage', 'country', 'Germany'],
    ['zapier', 'hookUrl', 'https://hooks.zapier.com.evil.example/hooks/catch/1/2/'],
    ['zapier', 'hookUrl', 'https://evil.example/?https://hooks.zapier.com/hooks/catch/1/2/'],
    ['microsoft-teams', 'hookUrl', 'https://evil.example/.webhook.office.com/'],
    ['n8n', 'hookUrl', 'not an address'],
  ])('of %s.%s are refused when they are of another form: %s', (id, name, value) => {
    const field = connectorOf(id).fields.find((one) => one.name === name)
    expect(field && valueProblem(field, value)).toEqual(expect.any(String))
    expect(wrong(id, { ...good[id], [name]: value })).toEqual([`/configuration/${name}`])
  })
})

describe('an adapter', () => {
  test('of OAuth 2.0 says that the consent is pending, and tells a client ID from its secret', () => {
    for (const connector of catalogue) {
      const pending = adapterOf(connector).authorization === 'pending'
      expect(pending).toBe(connector.authentication === 'oauth2')
    }
    const same = { ...good.slack, clientId: 'same', clientSecret: 'same' }
    expect(wrong('slack', same)).toEqual(['/configuration/clientSecret'])
    expect(wrong('slack', { ...good.slack, clientSecret: 'gehéim' })).toEqual(['/configuration/clientSecret'])
  })

  test('of a webhook wants the name and the value of a header, or neither', () => {
    const { headerName, headerValue, ...bare } = good.n8n ?? {}
    expect(wrong('n8n', bare)).toEqual([])
    expect(wrong('n8n', { ...bare, headerName: headerName ?? '' })).toEqual(['/configuration/headerValue'])
    expect(wrong('n8n', { ...bare, headerValue: headerValue ?? '' })).toEqual(['/configuration/headerName'])
  })

  test('of HTTP Basic refuses a colon in the user name', () => {
    const basic: Connector = {
      ...connectorOf('twilio'),
      fields: [{ name: 'userName', label: 'User name', kind: 'text', required: true, help: '' }],
    }
    const errors = adapterOf(basic).validate(basic, new Map([['userName', 'ada:lovelace']]))
    expect(errors).toEqual([{ path: '/configuration/userName', message: 'Leave out the colon' }])
  })
})
