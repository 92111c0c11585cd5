import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ConsoleContract } from '#contract/console.ts'
import type { Webhook } from '#contract/webhooks.ts'
import type { Operations } from '#main/engine/operation.ts'
import type { OrganizationRecord } from '#main/store/interface.ts'
import { type EngineFixture, engineFixture } from '../support/engine.ts'
import type { Person } from '../support/makers.ts'
import { refusedWith } from '../support/refused.ts'

type Update = Parameters<Operations<ConsoleContract['webhooks']>['update']>[1]
type Changes = Omit<Update, 'organizationId' | 'webhookId'>

const pem = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url)), 'utf8')

let world: EngineFixture
let home: OrganizationRecord
let owner: Person
let webhook: Webhook

beforeEach(async () => {
  world = engineFixture()
  home = await world.organization()
  owner = await world.person(home.id, { name: 'Ada' })
  const url = 'https://hooks.example/in'
  const input = { organizationId: home.id, url, events: ['*'], timeoutMs: 15_000, concurrency: 16 }
  webhook = (await webhooks().create(owner, { ...input, scheduleMs: null })).webhook
})
afterEach(() => world.close())

const webhooks = () => world.engine.operations.webhooks
const update = (changes: Changes) =>
  webhooks().update(owner, { organizationId: home.id, webhookId: webhook.id, ...changes })
const refusedFields = async (changes: Changes) => {
  const { fields } = await refusedWith('invalid', update(changes))
  return Object.fromEntries((fields ?? []).map(({ path, message }) => [path, message]))
}
const lastEntry = async () => {
  const [entry] = await world.store.read.audit.list({ organizationId: home.id, limit: 1 })
  return { ...entry, after: JSON.parse(entry?.after ?? 'null') }
}

const basic = { authentication: { kind: 'basic', username: 'till' } } as const
const bearer = { authentication: { kind: 'bearer' } } as const
const oauth2 = {
  authentication: { kind: 'oauth2', tokenUrl: 'https://id.example/token?x=1', clientId: 'till', scope: null },
} as const

describe('a credential', () => {
  test('is told to be set, when and by whom, and is read nowhere', async () => {
    world.clock.advance(5_000)
    const answer = await update({ options: basic, credentials: { password: 'p4ssw0rd' } })
    expect(answer.credentials).toEqual([{ name: 'password', setAt: world.clock.now(), setBy: 'Ada' }])
    const entry = await lastEntry()
    expect(entry).toMatchObject({ action: 'webhooks.update', after: { credentialsSet: ['password'] } })
    expect(JSON.stringify([answer, entry])).not.toContain('p4ssw0rd')
  })

  test('comes with a new webhook, or the webhook does not come', async () => {
    const input = { organizationId: home.id, url: 'https://b.example/', events: ['*'], scheduleMs: null }
    const create = { ...input, timeoutMs: 15_000, concurrency: 16, options: bearer }
    const error = await refusedWith('invalid', webhooks().create(owner, create))
    expect(error.fields).toEqual([{ path: '/credentials/token', message: 'Give the token' }])
    const made = await webhooks().create(owner, { ...create, credentials: { token: 't0k' } })
    expect(made.webhook.credentials).toMatchObject([{ name: 'token' }])
  })

  test('is replaced without the settings being touched, and that is in the audit log', async () => {
    await update({ options: bearer, credentials: { token: 'one' } })
    world.clock.advance(1)
    expect((await update({ credentials: { token: 'two' } })).credentials).toMatchObject([
      { setAt: world.clock.now() },
    ])
    expect((await lastEntry()).after).toMatchObject({ credentialsSet: ['token'] })
  })

  test('goes with the settings that need it, and with the webhook', async () => {
    await update({ options: basic, credentials: { password: 'one' } })
    expect((await update({ options: bearer, credentials: { token: 'two' } })).credentials).toMatchObject([
      { name: 'token' },
    ])
    expect((await lastEntry()).after).toMatchObject({
      credentialsSet: ['token'],
      credentialsRemoved: ['password'],
    })
    await webhooks().delete(owner, { organizationId: home.id, webhookIds: [webhook.id] })
    expect(await world.store.read.webhookCredentials.list([webhook.id])).toEqual([])
  })

  test('cannot be missing, be removed alone, or be given to nobody', async () => {
    expect(await refusedFields({ options: basic })).toEqual({ '/credentials/password': 'Give the password' })
    expect(await refusedFields({ credentials: { token: 'x' } })).toEqual({
      '/credentials/token': 'Nothing of this webhook uses a token',
    })
    await update({ options: basic, credentials: { password: 'x' } })
    expect(await refusedFields({ credentials: { password: null } })).toHaveProperty('/credentials/password')
    expect(await update({ options: { authentication: { kind: 'none' } } })).toMatchObject({ credentials: [] })
  })

  test('must be entered again for another host, so that nobody has it sent to themselves', async () => {
    await update({ options: basic, credentials: { password: 'x' } })
    await update({ url: 'https://hooks.example/elsewhere' })
    const moved = { url: 'https://evil.example/in' }
    expect(await refusedFields(moved)).toEqual({
      '/credentials/password': expect.stringContaining('enter the password again'),
    })
    await update({ ...moved, credentials: { password: 'x' } })

    await update({ options: oauth2, credentials: { clientSecret: 's' } })
    const tokenUrl = 'https://evil.example/token'
    const elsewhere = { options: { authentication: { ...oauth2.authentication, tokenUrl } } }
    expect(await refusedFields(elsewhere)).toHaveProperty('/credentials/clientSecret')
  })
})

describe('authentication', () => {
  test.each([
    [{ kind: 'basic', username: 'a:b' } as const, '/options/authentication/username'],
    [{ kind: 'header', name: 'Webhook-Signature' } as const, '/options/authentication/name'],
    [{ kind: 'header', name: 'content-length' } as const, '/options/authentication/name'],
    [{ kind: 'header', name: 'X-Own' } as const, '/options/authentication/name'],
  ])('%j is refused at its field', async (authentication, path) => {
    await update({ options: { headers: [{ name: 'x-own', value: '1' }] } })
    const name = authentication.kind === 'basic' ? 'password' : 'token'
    const fields = await refusedFields({ options: { authentication }, credentials: { [name]: 'x' } })
    expect(Object.keys(fields)).toEqual([path])
  })

  test('takes no token that would break out of its header', async () => {
    for (const token of ['a\r\nx: y', 'é', ' a']) {
      expect(await refusedFields({ options: bearer, credentials: { token } })).toHaveProperty(
        '/credentials/token',
      )
    }
  })

  test('asks the network policy about a token endpoint, and hides the query of its address in the audit log', async () => {
    const hidden = { authentication: { ...oauth2.authentication, tokenUrl: 'https://hidden.example/' } }
    world.policy.block('hidden.example', 'hidden.example is private')
    const error = await refusedWith(
      'destination_blocked',
      update({ options: hidden, credentials: { clientSecret: 's' } }),
    )
    expect(error.fields).toMatchObject([{ path: '/options/authentication/tokenUrl' }])
    await update({ options: oauth2, credentials: { clientSecret: 's' } })
    expect((await lastEntry()).after.options.authentication.tokenUrl).toBe('https://id.example/token?x=***')
    const tokenUrl = 'https://me:pw@id.example/'
    const withUser = { authentication: { ...oauth2.authentication, tokenUrl } }
    expect(await refusedFields({ options: withUser, credentials: { clientSecret: 's' } })).toHaveProperty(
      '/options/authentication/tokenUrl',
    )
  })
})

describe('certificates', () => {
  test('are shown by name and end, and told so in the audit log', async () => {
    const options = { caCertificate: pem('ca.crt'), clientCertificate: pem('client.crt') }
    const { certificates } = await update({ options, credentials: { clientKey: pem('client.key') } })
    expect(certificates.ca).toMatchObject([{ subject: 'CN=Patchbay test authority' }])
    expect(certificates.client).toMatchObject({
      subject: 'CN=patchbay',
      issuer: 'CN=Patchbay test clients',
      validTo: expect.any(Number),
    })
    const { after } = await lastEntry()
    expect(after.options.clientCertificate).toMatch(/^CN=patchbay, until 2\d{3}-/)
    expect(JSON.stringify(after)).not.toContain('BEGIN')
  })

  test('that cannot be read are refused', async () => {
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'
    expect(await refusedFields({ options: { caCertificate: broken } })).toHaveProperty(
      '/options/caCertificate',
    )
    expect(
      await refusedFields({
        options: { clientCertificate: broken },
        credentials: { clientKey: pem('client.key') },
      }),
    ).toHaveProperty('/options/clientCertificate')
  })

  test('of the client need the key that belongs to them, unlocked', async () => {
    const options = { clientCertificate: pem('client.crt') }
    const at = '/credentials/clientKey'
    expect(await refusedFields({ options })).toHaveProperty([at])
    const wrong = await refusedFields({ options, credentials: { clientKey: pem('valid.key') } })
    expect(wrong[at]).toBe('This key does not belong to the client certificate')
    const locked = '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----'
    expect((await refusedFields({ options, credentials: { clientKey: locked } }))[at]).toContain('passphrase')
    expect(await refusedFields({ options, credentials: { clientKey: 'no key' } })).toHaveProperty([at])
    await update({ options, credentials: { clientKey: pem('client.key') } })
    await update({ name: 'Another name' })
    expect(await refusedFields({ options: { clientCertificate: pem('valid.crt') } })).toHaveProperty([at])
  })
})

describe('the signatures of others', () => {
  test('need a shared secret, and keep a key pair from taking its place', async () => {
    await update({ options: { signatureStyles: ['github'] } })
    const rotation = { organizationId: home.id, webhookId: webhook.id, overlapHours: 0, force: false }
    await refusedWith('invalid', webhooks().rotateSecret(owner, { ...rotation, algorithm: 'ed25519' }))
    await update({ options: { signatureStyles: [] } })
    await webhooks().rotateSecret(owner, { ...rotation, algorithm: 'ed25519' })
    expect(await refusedFields({ options: { signatureStyles: ['stripe'] } })).toHaveProperty(
      '/options/signatureStyles',
    )
  })
})
