import { getPublicKeyAsync, signAsync } from '@noble/ed25519'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { keyPairReceiver } from '#renderer/features/documentation/other-signatures.ts'
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

describe('the receiver of a key pair that the guide shows', () => {
  it('takes what the private key has signed, and nothing else', async () => {
    const { isGenuine: isPairGenuine } = moduleSchema.parse(
      await import(`data:text/javascript,${encodeURIComponent(keyPairReceiver)}`),
    )
    const seed = Buffer.alloc(32, 5)
    const known = `whpk_${Buffer.from(await getPublicKeyAsync(seed)).toString('base64')}`
    const sign = async (time: Date) => {
      const content = Buffer.from(`msg_1.${secondsOf(time)}.${body}`)
      const signature = Buffer.from(await signAsync(content, seed)).toString('base64')
      return { ...signed(time), 'webhook-signature': `v1,AAAA v1a,${signature}` }
    }
    const headers = await sign(now)
    expect(isPairGenuine(known, Buffer.from(body), headers)).toBe(true)
    expect(isPairGenuine(known, Buffer.from(`${body} `), headers)).toBe(false)
    expect(isPairGenuine(known, Buffer.from(body), signed(now))).toBe(false)
    const old = await sign(new Date(now.getTime() - 6 * 60_000))
    expect(isPairGenuine(known, Buffer.from(body), old)).toBe(false)
  })
})

it('there is a receiver for every language of the guide, and each library has its language', () => {
  expect(byHand.map(({ label }) => label)).toEqual(['Node.js', 'Python', 'Go', 'PHP', 'Ruby', 'Java', 'C#'])
  for (const { id } of snippets) expect(byHand.map((language) => language.id)).toContain(id)
})
