import { describe, expect, it } from 'vitest'
import type { Connection, Connector } from '#contract/connections.ts'
import {
  changedConfiguration,
  fieldErrorsOf,
  initialValues,
  newConfiguration,
  otherErrors,
  valueProblems,
} from '#renderer/features/connections/connection-values.ts'
import { freePlaces } from '#renderer/features/connections/places.ts'

const field = { required: true, help: '' }
const connector: Connector = {
  id: 'ledger',
  name: 'Ledger',
  category: 'accounting',
  description: '',
  authentication: 'api_key',
  fields: [
    { ...field, name: 'address', label: 'Address', kind: 'url' },
    { ...field, name: 'book', label: 'Book', kind: 'text', pattern: '^[0-9]+$' },
    { ...field, name: 'token', label: 'Token', kind: 'secret' },
    { ...field, name: 'extra', label: 'Extra', kind: 'secret', required: false },
    {
      ...field,
      name: 'region',
      label: 'Region',
      kind: 'select',
      options: [{ value: 'eu', label: 'EU' }],
    },
  ],
  actions: [],
}
const connection: Connection = {
  id: 'con_01h455vb4pex5vsknk084sn02q',
  connectorId: 'ledger',
  occasionId: null,
  enabled: true,
  configuration: { address: 'https://ledger.example/', book: '7', region: 'eu' },
  secrets: { token: { configured: true, tail: 'abcd' }, extra: { configured: true, tail: '' } },
  grants: [],
  authorization: 'not_needed',
  check: null,
  connectedAt: 0,
  connectedBy: 'Ada',
}
const noSecrets: ReadonlySet<string> = new Set()
const kept = new Set(['token', 'extra'])

describe('the form of a connection', () => {
  it('starts with what is kept, with the first option, and never with a secret', () => {
    expect(initialValues(connector, null)).toEqual({
      address: '',
      book: '',
      token: '',
      extra: '',
      region: 'eu',
    })
    expect(initialValues(connector, connection)).toMatchObject({ book: '7', token: '', extra: '' })
  })

  it('misses what is needed, but no secret that is kept', () => {
    const values = initialValues(connector, null)
    expect(Object.keys(valueProblems(connector, values, noSecrets))).toEqual(['address', 'book', 'token'])
    expect(Object.keys(valueProblems(connector, values, kept))).toEqual(['address', 'book'])
  })

  it('sees a value that does not have the form of its field', () => {
    const values = { ...initialValues(connector, connection), book: 'seven' }
    expect(Object.keys(valueProblems(connector, values, kept))).toEqual(['book'])
  })

  it('sends all settings, no empty secret, and null for one that goes', () => {
    const values = { ...initialValues(connector, connection), book: '8' }
    expect(changedConfiguration(connector, values, new Set(['extra']))).toEqual({
      address: 'https://ledger.example/',
      book: '8',
      extra: null,
      region: 'eu',
    })
    expect(changedConfiguration(connector, { ...values, token: 'new' }, noSecrets)).toHaveProperty(
      'token',
      'new',
    )
  })

  it('sends every field of a new connection', () => {
    expect(Object.keys(newConfiguration(connector, {}))).toEqual([
      'address',
      'book',
      'token',
      'extra',
      'region',
    ])
  })

  it('puts the errors of the host at their fields, and keeps the others', () => {
    const errors = [
      { path: '/configuration/book', message: 'no such book' },
      { path: '/grants/0', message: 'no such action' },
    ]
    expect(fieldErrorsOf(errors)).toEqual({ book: 'no such book' })
    expect(otherErrors(errors)).toEqual([errors[1]])
  })
})

describe('where a connector can still be connected', () => {
  const occasion = {
    id: 'occ_01h455vb4pex5vsknk084sn02q',
    organizationId: 'org_01h455vb4pex5vsknk084sn02q',
    name: 'Gala',
    venue: '',
    startsAt: 0,
    endsAt: 0,
    archivedAt: null,
  }
  const scope = { organization: { name: 'Harbour Hall', occasions: [occasion] }, occasion: null }

  it('is the organization and each occasion that has none yet', () => {
    expect(freePlaces(scope, []).map(({ label }) => label)).toEqual(['Harbour Hall', 'Gala'])
    expect(freePlaces(scope, [{ occasionId: null }]).map(({ label }) => label)).toEqual(['Gala'])
  })

  it('is the chosen occasion alone where one is chosen', () => {
    expect(freePlaces({ ...scope, occasion }, []).map(({ label }) => label)).toEqual(['Gala'])
    expect(freePlaces({ ...scope, occasion }, [{ occasionId: occasion.id }])).toEqual([])
  })
})
