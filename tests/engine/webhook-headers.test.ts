import { describe, expect, it, test } from 'vitest'
import { customHeadersSchema } from '#contract/webhook-options.ts'

const findings = (...names: string[]) =>
  customHeadersSchema
    .safeParse(names.map((name) => ({ name, value: 'x' })))
    .error?.issues.map(({ path, message }) => [path.join('/'), message])

describe('the headers of a webhook', () => {
  test.each([
    ...['Content-Type', 'content-length', 'Content-Encoding', 'Host', 'connection', 'Transfer-Encoding'],
    ...['User-Agent', 'webhook-id', 'Webhook-Anything', 'X-Hub-Signature', 'x-hub-signature-256'],
    ...['Stripe-Signature', 'Proxy-Authorization', 'TE', 'Upgrade', 'Keep-Alive', 'Trailer', 'Expect'],
    ...['Cookie', 'HTTP2-Settings'],
  ])('may not be %s, which Patchbay sets itself', (name) => {
    expect(findings('X-Source', name)).toEqual([['1/name', 'Patchbay sets this header itself']])
  })

  it('may not be for authentication', () => {
    expect(findings('AUTHORIZATION')).toEqual([
      ['0/name', 'Use authentication for this header: its value is a secret'],
    ])
  })

  test.each(['', 'a b', 'a:b', 'ä', '__proto__', 'a\n'])('may not be called %j', (name) => {
    expect(findings(name)).toEqual([['0/name', 'Not the name of an HTTP header']])
  })

  it('may be there once each, whatever their case', () => {
    expect(findings('X-Source', 'X-Other', 'x-source')).toEqual([['2/name', 'This header is there twice']])
  })

  test.each(['X-Source', 'x-webhook-id', 'X-Stripe-Signature', 'Accept', 'X-Api-Version'])(
    'may be %s',
    (name) => {
      expect(findings(name)).toBeUndefined()
    },
  )

  test.each(['a\r\nb: c', 'ü', 'a\u0000'])('may not have the value %j', (value) => {
    expect(customHeadersSchema.safeParse([{ name: 'X-A', value }]).success).toBe(false)
  })
})
