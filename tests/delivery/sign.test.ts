import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { formatSecret, keyOfSecret, sign } from '#main/delivery/sign.ts'
import { verify } from '#main/delivery/verify.ts'

const vector = {
  secret: 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestampSeconds: 1614265330,
  body: Buffer.from('{"test": 2432232314}'),
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
}

const headersOf = (id: string, timestampSeconds: number, signature: string) => ({
  'webhook-id': id,
  'webhook-timestamp': String(timestampSeconds),
  'webhook-signature': signature,
})

const vectorHeaders = headersOf(vector.id, vector.timestampSeconds, vector.signature)
const vectorNow = { nowMs: vector.timestampSeconds * 1000 }

const secretArbitrary = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(formatSecret)

it('the signature of the asymmetric vector of Standard Webhooks comes out, beside one of a secret', () => {
  const key = keyOfSecret(
    'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==',
  )
  const body = Buffer.from('{"test": 2432232314}')
  const content = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestampSeconds: 1_614_265_330, body }
  const signature =
    'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=='
  expect(sign(content, [key])).toBe(signature)
  expect(sign(content, [key, keyOfSecret(vector.secret)])).toMatch(/^v1a,\S+ v1,\S+$/)
  expect(() => keyOfSecret('whsk_short')).toThrow(RangeError)
})

describe('sign', () => {
  it('gives the signature of the published vector', () => {
    expect(sign(vector, [keyOfSecret(vector.secret)])).toBe(vector.signature)
    expect(sign(vector, [keyOfSecret(`whsec_${vector.secret}`)])).toBe(vector.signature)
  })

  it('signs with every secret, separated by spaces', () => {
    const other = keyOfSecret(formatSecret(Buffer.alloc(32, 7)))
    const [first, second, ...rest] = sign(vector, [keyOfSecret(vector.secret), other]).split(' ')
    expect(first).toBe(vector.signature)
    expect(second).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/)
    expect(second).not.toBe(first)
    expect(rest).toEqual([])
  })

  it('is verified by the public library, whatever the body', () => {
    fc.assert(
      fc.property(secretArbitrary, fc.string(), (secret, text) => {
        const timestampSeconds = Math.floor(Date.now() / 1000)
        const body = Buffer.from(text)
        const signature = sign({ id: 'evt_1', timestampSeconds, body }, [keyOfSecret(secret)])
        const headers = headersOf('evt_1', timestampSeconds, signature)
        new Webhook(secret).verify(body.toString(), headers, { jsonParse: false })
      }),
    )
  })

  it('is verified by the public library with the old and the new secret during a rotation', () => {
    const secrets = [formatSecret(Buffer.alloc(32, 1)), formatSecret(Buffer.alloc(32, 2))]
    const timestampSeconds = Math.floor(Date.now() / 1000)
    const body = Buffer.from('{"type":"badge.printed"}')
    const headers = headersOf(
      'evt_1',
      timestampSeconds,
      sign({ id: 'evt_1', timestampSeconds, body }, secrets.map(keyOfSecret)),
    )
    for (const secret of secrets) {
      expect(new Webhook(secret).verify(body, headers)).toEqual({ type: 'badge.printed' })
    }
    expect(() => new Webhook(formatSecret(Buffer.alloc(32, 3))).verify(body, headers)).toThrow()
  })
})

describe('secrets', () => {
  it('are whsec_ and the base64 of the random bytes', () => {
    const random = Buffer.from(Array.from({ length: 32 }, (_, index) => index))
    expect(formatSecret(random)).toBe('whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=')
    expect(keyOfSecret(formatSecret(random)).export()).toEqual(random)
  })

  it.each(['', 'whsec_', 'whsec_short', 'whsec_!!!!', `whsec_${Buffer.alloc(65).toString('base64')}`])(
    'refuses %j without repeating it',
    (secret) => {
      expect(() => keyOfSecret(secret)).toThrow(RangeError)
      expect(() => keyOfSecret(secret)).not.toThrow(/short|!!!!|AAAA/)
    },
  )
})

describe('verify', () => {
  it('accepts the published vector and names the secret that fits', () => {
    const secrets = [formatSecret(Buffer.alloc(32, 9)), vector.secret]
    expect(verify(vectorHeaders, vector.body, secrets, vectorNow)).toEqual({
      valid: true,
      secretIndex: 1,
      skewSeconds: 0,
      problems: [],
    })
  })

  it('accepts what the public library signs', () => {
    fc.assert(
      fc.property(secretArbitrary, fc.string(), (secret, body) => {
        const at = new Date(1_700_000_000_000)
        const headers = headersOf('evt_2', 1_700_000_000, new Webhook(secret).sign('evt_2', at, body))
        expect(verify(headers, body, [secret], { nowMs: at.getTime() }).valid).toBe(true)
      }),
    )
  })

  it('refuses any other body, id, timestamp or secret', () => {
    const change = fc.constantFrom('body', 'id', 'timestamp', 'secret')
    fc.assert(
      fc.property(secretArbitrary, fc.string({ minLength: 1 }), change, (secret, body, changed) => {
        const at = 1_700_000_000
        const content = { id: 'evt_3', timestampSeconds: at, body: Buffer.from(body) }
        const headers = headersOf(
          changed === 'id' ? 'evt_4' : 'evt_3',
          changed === 'timestamp' ? at + 1 : at,
          sign(content, [keyOfSecret(secret)]),
        )
        const received = changed === 'body' ? `${body} ` : body
        const secrets = [changed === 'secret' ? formatSecret(Buffer.alloc(32, 255)) : secret]
        const { valid, problems } = verify(headers, received, secrets, { nowMs: at * 1000 })
        expect(valid).toBe(false)
        expect(problems.map(({ code }) => code)).toEqual(['signature_mismatch'])
      }),
    )
  })

  it('reads header names in any case and skips signatures of other versions', () => {
    const headers = {
      'Webhook-Id': vector.id,
      'WEBHOOK-TIMESTAMP': String(vector.timestampSeconds),
      'webhook-signature': ['v1a,abc', `v1,${'A'.repeat(43)}=`, vector.signature],
    }
    expect(verify(headers, vector.body, [vector.secret], vectorNow).valid).toBe(true)
  })

  it('names every missing header', () => {
    const { valid, problems } = verify({}, vector.body, [vector.secret], vectorNow)
    expect(valid).toBe(false)
    expect(problems.map((problem) => 'header' in problem && problem.header)).toEqual([
      'webhook-id',
      'webhook-timestamp',
      'webhook-signature',
    ])
  })

  it('tells the skew in seconds, before and after, at the edge of the tolerance', () => {
    const at = (seconds: number) =>
      verify(vectorHeaders, vector.body, [vector.secret], {
        nowMs: (vector.timestampSeconds + seconds) * 1000,
      })
    expect(at(300)).toMatchObject({ valid: true, skewSeconds: 300 })
    expect(at(-300)).toMatchObject({ valid: true, skewSeconds: -300 })
    expect(at(301).problems).toMatchObject([{ code: 'timestamp_too_old', skewSeconds: 301 }])
    expect(at(-301).problems).toMatchObject([{ code: 'timestamp_too_new', skewSeconds: -301 }])
  })

  it('reports time and signature problems together', () => {
    const nowMs = (vector.timestampSeconds + 4000) * 1000
    const { problems } = verify(vectorHeaders, 'another body', [vector.secret], { nowMs })
    expect(problems.map(({ code }) => code)).toEqual(['timestamp_too_old', 'signature_mismatch'])
  })

  it.each(['', 'abc', '1.5', '-5', '1e9', '99999999999999'])('refuses the timestamp %j', (timestamp) => {
    const headers = { ...vectorHeaders, 'webhook-timestamp': timestamp }
    const { valid, problems } = verify(headers, vector.body, [vector.secret], vectorNow)
    expect(valid).toBe(false)
    expect(problems[0]?.code).toBe(timestamp === '' ? 'header_missing' : 'timestamp_malformed')
  })

  it('says when no signature has a known version', () => {
    const headers = { ...vectorHeaders, 'webhook-signature': 'g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=' }
    const { problems } = verify(headers, vector.body, [vector.secret], vectorNow)
    expect(problems.map(({ code }) => code)).toEqual(['signature_version_unknown'])
  })
})
