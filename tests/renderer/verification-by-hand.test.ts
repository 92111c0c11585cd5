import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { byHand } from '#renderer/features/documentation/verification-by-hand.ts'
import { snippets } from '#renderer/features/documentation/verification-snippets.ts'

const moduleSchema = z.object({
  isGenuine: z.function({
    input: [z.string(), z.instanceof(Buffer), z.record(z.string(), z.string())],
    output: z.boolean(),
  }),
})
const node = byHand.find(({ id }) => id === 'node')?.code ?? ''
const { isGenuine } = moduleSchema.parse(await import(`data:text/javascript,${encodeURIComponent(node)}`))

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const body = '{"name": "Zoë"}'
const now = new Date()
const secondsOf = (time: Date) => String(Math.floor(time.getTime() / 1000))
const signed = (time: Date, by = secret) => ({
  'webhook-id': 'msg_1',
  'webhook-timestamp': secondsOf(time),
  'webhook-signature': new Webhook(by).sign('msg_1', time, body),
})

describe('the receiver in Node.js that the guide shows', () => {
  it('takes what the public library has signed', () => {
    expect(isGenuine(secret, Buffer.from(body), signed(now))).toBe(true)
  })

  it('takes any of several signatures, as while a secret is replaced', () => {
    const headers = signed(now)
    const signatures = `v1,AAAA ${headers['webhook-signature']}`
    expect(isGenuine(secret, Buffer.from(body), { ...headers, 'webhook-signature': signatures })).toBe(true)
  })

  it('refuses another body, another secret, an old request and none of the headers', () => {
    const old = new Date(now.getTime() - 6 * 60_000)
    expect(isGenuine(secret, Buffer.from(`${body} `), signed(now))).toBe(false)
    expect(isGenuine(secret, Buffer.from(body), signed(now, 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'))).toBe(
      false,
    )
    expect(isGenuine(secret, Buffer.from(body), signed(old))).toBe(false)
    expect(isGenuine(secret, Buffer.from(body), {})).toBe(false)
  })
})

it('there is a receiver for every language of the guide, and each library has its language', () => {
  expect(byHand.map(({ label }) => label)).toEqual(['Node.js', 'Python', 'Go', 'PHP', 'Ruby', 'Java', 'C#'])
  for (const { id } of snippets) expect(byHand.map((language) => language.id)).toContain(id)
})
