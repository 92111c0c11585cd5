import { describe, expect, it } from 'vitest'
import { defaultWebhookOptions } from '#contract/webhook-options.ts'
import {
  authenticationFormOf,
  authenticationFormSchema,
  placeOfAuthenticationError,
  updateOfAuthentication,
} from '#renderer/features/webhooks/authentication-form.ts'

const none = authenticationFormOf({ options: defaultWebhookOptions })
const basic = { ...none, kind: 'basic' as const, username: 'till', password: 'p' }

describe('the form of authentication', () => {
  it('says what it was opened with, and gives no secret', () => {
    const authentication = {
      kind: 'oauth2',
      tokenUrl: 'https://id.example/',
      clientId: 'till',
      scope: null,
    } as const
    const options = { ...defaultWebhookOptions, authentication, caCertificate: 'pem' }
    expect(updateOfAuthentication(authenticationFormOf({ options }))).toEqual({
      options: { authentication, caCertificate: 'pem', clientCertificate: null },
      credentials: {},
    })
  })

  it('sends the secrets of the chosen kind only', () => {
    const form = { ...basic, token: 't', clientKey: 'k' }
    expect(updateOfAuthentication(form).credentials).toEqual({ password: 'p' })
    expect(updateOfAuthentication({ ...form, kind: 'header', headerName: 'x-key' })).toMatchObject({
      options: { authentication: { kind: 'header', name: 'x-key' } },
      credentials: { token: 't' },
    })
    expect(updateOfAuthentication({ ...form, clientCertificate: 'pem' }).credentials).toEqual({
      password: 'p',
      clientKey: 'k',
    })
    expect(updateOfAuthentication({ ...form, kind: 'none' }).credentials).toEqual({})
  })

  it('asks for what the chosen kind cannot do without', () => {
    expect(authenticationFormSchema.safeParse(none).success).toBe(true)
    const missing = authenticationFormSchema.safeParse({ ...none, kind: 'oauth2' })
    expect(missing.error?.issues.map(({ path }) => path)).toEqual([['tokenUrl'], ['clientId']])
  })

  it('shows an error of the host at its field', () => {
    const placeOf = (path: string) => placeOfAuthenticationError(path.split('/').slice(1))
    expect(placeOf('/credentials/password')).toBe('password')
    expect(placeOf('/options/authentication/name')).toBe('headerName')
    expect(placeOf('/options/authentication/tokenUrl')).toBe('tokenUrl')
    expect(placeOf('/options/clientCertificate')).toBe('clientCertificate')
    expect(placeOf('/url')).toBeNull()
  })
})
