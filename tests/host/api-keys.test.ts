import { describe, expect, test } from 'vitest'
import { problemSchema } from '#contract/decision.ts'
import type { ApiKeyScope } from '#contract/vocabulary.ts'
import type { Clock } from '#main/engine/clock.ts'
import { owner, runHost, runHostOfAda, tenantCall } from './running-host.ts'

const world = async (clock?: Clock) => {
  const of = await runHostOfAda(clock === undefined ? {} : { clock })
  const { ada, organizationId, host } = of
  const create = async (over: object) => {
    const environment = 'production' as const
    const scopes: ApiKeyScope[] = ['api']
    return ada.client.apiKeys.create({ organizationId, name: 'bounded', environment, scopes, ...over })
  }
  return { ...of, create, call: (path: string, key: string) => tenantCall(host.url, path, { key }) }
}

describe('a call with a key', () => {
  test('over its rate limit is answered 429 with the time to wait', async () => {
    const { create, call } = await world()
    const { secret } = await create({ rateLimitPerMinute: 1 })
    expect((await call('/v1/deliveries', secret)).status).toBe(200)
    for (const path of ['/v1/deliveries', '/v1/me']) {
      const refused = await call(path, secret)
      const problem = problemSchema.parse(refused.body)
      expect(problem).toMatchObject({ status: 429, code: 'key_rate_limited' })
      expect(problem.retryAfterSeconds).toBeGreaterThanOrEqual(1)
      expect(problem.retryAfterSeconds).toBeLessThanOrEqual(60)
      expect(refused.headers.get('retry-after')).toBe(String(problem.retryAfterSeconds))
    }
  })

  test('over its rate limit is refused before its body is looked at', async () => {
    const { create, host } = await world()
    const { secret } = await create({ rateLimitPerMinute: 1 })
    const send = () => tenantCall(host.url, '/v1/events', { key: secret, json: { type: 'x', data: {} } })
    expect((await send()).status).toBe(422)
    const refused = await send()
    expect(refused).toMatchObject({ status: 429, body: { code: 'key_rate_limited' } })
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/)
  })

  test('from an address that it does not allow is refused with the reason', async () => {
    const { create, call } = await world()
    const elsewhere = await create({ allowedAddresses: ['203.0.113.0/24'] })
    expect(await call('/v1/deliveries', elsewhere.secret)).toMatchObject({
      status: 403,
      body: { code: 'key_address_not_allowed', decision: { decidedBy: 'session' } },
    })
    const here = await create({ allowedAddresses: ['203.0.113.0/24', '127.0.0.1'] })
    expect((await call('/v1/deliveries', here.secret)).status).toBe(200)
  })

  test('is counted with its route and address, and a refusal as one', async () => {
    const { create, call, ada, organizationId, host } = await world()
    const { key, secret } = await create({})
    await call('/v1/deliveries', secret)
    expect((await call('/v1/webhooks', secret)).status).toBe(403)
    expect((await call('/v1/events/evt_00000000000000000000000000', secret)).status).toBe(404)
    await ada.client.apiKeys.disable({ organizationId, apiKeyId: key.id })
    expect((await call('/v1/deliveries', secret)).status).toBe(401)
    await host.stop()
    const browser = (await runHost({ dataDirectory: host.dataDirectory })).browser()
    await browser.client.session.signIn({ email: owner.email, password: owner.password })
    const { keys } = await browser.client.apiKeys.impact({ organizationId, apiKeyIds: [key.id] })
    const byRoute = new Map(
      keys[0]?.callers.map(({ route, address, calls, refused }) => [route, { address, calls, refused }]),
    )
    expect(byRoute).toEqual(
      new Map([
        ['GET /v1/deliveries', { address: '127.0.0.1', calls: 2, refused: 1 }],
        ['GET /v1/webhooks', { address: '127.0.0.1', calls: 1, refused: 1 }],
        ['GET /v1/events/{eventId}', { address: '127.0.0.1', calls: 1, refused: 0 }],
      ]),
    )
  })

  test('of a rotated key works with both secrets until the overlap is over', async () => {
    let now = Date.now()
    const { create, call, ada, organizationId } = await world({ now: () => now })
    const old = await create({})
    const { secret } = await ada.client.apiKeys.rotate({
      organizationId,
      apiKeyId: old.key.id,
      overlap: '1h',
    })
    expect((await call('/v1/me', old.secret)).status).toBe(200)
    expect((await call('/v1/me', secret)).status).toBe(200)
    now += 3_600_000
    expect(await call('/v1/me', old.secret)).toMatchObject({ status: 401, body: { code: 'key_expired' } })
    expect((await call('/v1/me', secret)).status).toBe(200)
  })
})
