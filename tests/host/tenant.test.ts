import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { decisionSchema, problemSchema } from '#contract/decision.ts'
import { eventBytesMax } from '#contract/events.ts'
import { releaseSchema } from '#contract/releases.ts'
import { rawRequest } from './raw-request.ts'
import { runHost, runHostOfAda, tenantCall } from './running-host.ts'

const attendee = { email: 'guest@example.com', name: 'A Guest', ticketType: 'standard' }

/** An event of a known type, valid by its own example. */
const validEvent = async (
  { ada }: Awaited<ReturnType<typeof runHostOfAda>>,
  type = 'attendee.registered',
) => {
  const types = await ada.client.eventTypes.list()
  const known = types.find(({ name }) => name === type)
  if (known === undefined) throw new Error(`There is no event type ${type}.`)
  return { type, data: known.example }
}

const world = async () => {
  const of = await runHostOfAda()
  const api = await of.makeKey('api')
  const admin = await of.makeKey('admin')
  const event = await validEvent(of)
  await of.allowLoopback()
  const call = (path: string, init: Parameters<typeof tenantCall>[2] = {}) =>
    tenantCall(of.host.url, path, { key: api.secret, ...init })
  const manage = (path: string, init: Parameters<typeof tenantCall>[2] = {}) =>
    call(path, { key: admin.secret, ...init })
  return { ...of, api, admin, event, call, manage }
}

const acceptedSchema = z.object({ id: z.string(), deliveries: z.int() })
const webhookSchema = z.object({ id: z.string(), status: z.string() })

describe('a request without a good key', () => {
  test('is refused before its body is read, with the decision', async () => {
    const { host } = await world()
    const none = await tenantCall(host.url, '/v1/events', { method: 'POST', body: 'not json at all' })
    expect(none.status).toBe(401)
    expect(none.headers.get('content-type')).toContain('application/problem+json')
    const problem = problemSchema.parse(none.body)
    expect(problem).toMatchObject({ code: 'not_signed_in', status: 401 })
    expect(problem.decision).toMatchObject({ allowed: false, decidedBy: 'session', action: 'events.send' })
    const unknown = await tenantCall(host.url, '/v1/events', {
      key: `pb_prod_${'x'.repeat(36)}`,
      json: {},
    })
    expect(unknown).toMatchObject({ status: 401, body: { code: 'key_unknown' } })
    expect(await tenantCall(host.url, '/v1/me')).toMatchObject({
      status: 401,
      body: { code: 'not_signed_in' },
    })
    expect(await tenantCall(host.url, '/v1/me', { key: 'nonsense' })).toMatchObject({
      status: 401,
      body: { code: 'key_unknown' },
    })
  })

  test('is refused at once when the key is revoked', async () => {
    const { ada, organizationId, api, event, call } = await world()
    expect((await call('/v1/events', { json: event })).status).toBe(202)
    await ada.client.apiKeys.revoke({ organizationId, apiKeyIds: [api.id] })
    expect(await call('/v1/events', { json: event })).toMatchObject({
      status: 401,
      body: { code: 'key_revoked' },
    })
    expect(await call('/v1/me')).toMatchObject({ status: 401, body: { code: 'key_revoked' } })
  })

  test('is told which scope is missing', async () => {
    const { call, manage, event } = await world()
    const refused = await call('/v1/webhooks')
    expect(refused).toMatchObject({
      status: 403,
      body: { code: 'scope_missing', decision: { decidedBy: 'scope' } },
    })
    expect(await manage('/v1/events', { json: event })).toMatchObject({
      status: 403,
      body: { code: 'scope_missing' },
    })
  })
})

describe('the key itself', () => {
  test('learns who it is and what it may do', async () => {
    const { call, api, organizationId } = await world()
    const { status, body } = await call('/v1/me')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      key: { id: api.id, scopes: ['api'], status: 'active' },
      organization: { id: organizationId, name: 'Harbour Hall', plan: 'enterprise' },
    })
    expect(JSON.stringify(body)).not.toContain(api.secret)
    const { decisions } = z.object({ decisions: z.array(decisionSchema) }).parse(body)
    const allowed = decisions.filter((decision) => decision.allowed).map(({ action }) => action)
    expect(allowed.toSorted()).toEqual(['deliveries.view', 'events.send', 'events.view'])
  })
})

describe('sending an event', () => {
  test('is answered 202 with its id, and it can be read', async () => {
    const { call, event } = await world()
    const sent = await call('/v1/events', { json: event })
    expect(sent.status).toBe(202)
    const { id, deliveries } = acceptedSchema.parse(sent.body)
    expect(deliveries).toBe(0)
    expect(await call(`/v1/events/${id}`)).toMatchObject({ status: 200, body: { id, type: event.type } })
  })

  test('says with JSON pointers what is wrong', async () => {
    const { call, event } = await world()
    const wrong = await call('/v1/events', { json: { ...event, data: {} } })
    expect(wrong).toMatchObject({ status: 422, body: { code: 'invalid' } })
    const problem = problemSchema.parse(wrong.body)
    expect(problem.errors?.every(({ path }) => path.startsWith('/data/'))).toBe(true)
    expect(await call('/v1/events', { json: { type: 'nonsense' } })).toMatchObject({
      status: 422,
      body: { errors: [{ path: '/type' }, { path: '/data' }] },
    })
    expect(await call('/v1/events', { json: [event] })).toMatchObject({
      status: 422,
      body: { errors: [{ path: '' }] },
    })
    expect(await call('/v1/events', { json: { type: 'attendee.registred', data: attendee } })).toMatchObject({
      status: 422,
      body: { errors: [{ path: '/type', message: expect.stringContaining('attendee.registered') }] },
    })
  })

  test('tells what cannot be read from what is wrong', async () => {
    const { call, host, api } = await world()
    const headers = { 'content-type': 'application/json' }
    expect(await call('/v1/events', { method: 'POST', headers, body: '{"type":' })).toMatchObject({
      status: 400,
      body: { code: 'malformed' },
    })
    expect(await call('/v1/events', { method: 'POST', headers, body: '' })).toMatchObject({
      status: 400,
      body: { code: 'malformed' },
    })
    for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded']) {
      const answer = await call('/v1/events', {
        method: 'POST',
        headers: { 'content-type': type },
        body: 'x',
      })
      expect(answer, type).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } })
    }
    const bare = await rawRequest(host.url, {
      method: 'POST',
      path: '/v1/events',
      headers: { 'x-api-key': api.secret },
      body: '{}',
    })
    expect(bare.status).toBe(415)
  })

  test('takes 256 KiB and not more', async () => {
    const { call } = await world()
    const big = (bytes: number) => ({ type: 'integration.connected', data: { note: 'x'.repeat(bytes) } })
    const over = await call('/v1/events', { json: big(eventBytesMax + 8 * 1024) })
    expect(over).toMatchObject({ status: 413, body: { code: 'payload_too_large' } })
    // Within the room for the envelope, and still too large as an event.
    const just = await call('/v1/events', { json: big(eventBytesMax) })
    expect(just).toMatchObject({ status: 413, body: { code: 'payload_too_large' } })
  })

  test('again with the same idempotency key gives the same answer, and another body a conflict', async () => {
    const { call, event } = await world()
    const first = await call('/v1/events', { json: { ...event, idempotencyKey: 'k1' } })
    const again = await call('/v1/events', { json: { ...event, idempotencyKey: 'k1' } })
    expect(again).toMatchObject({ status: 202, body: first.body })
    const other = await call('/v1/events', {
      json: { ...event, timestamp: '2026-01-01T00:00:00Z', idempotencyKey: 'k1' },
    })
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } })
  })

  test('in a batch is all or nothing', async () => {
    const { ada, organizationId, call, event } = await world()
    const sent = await call('/v1/events/batch', {
      json: { events: Array.from({ length: 500 }, () => event) },
    })
    expect(sent.status).toBe(202)
    expect(z.object({ events: z.array(acceptedSchema) }).parse(sent.body).events).toHaveLength(500)
    const wrong = await call('/v1/events/batch', { json: { events: [event, { ...event, data: {} }] } })
    expect(wrong).toMatchObject({ status: 422, body: { code: 'invalid' } })
    expect(problemSchema.parse(wrong.body).errors?.[0]?.path).toMatch(/^\/events\/1\/data\//)
    const many = await call('/v1/events/batch', {
      json: { events: Array.from({ length: 501 }, () => event) },
    })
    expect(many.status).toBe(422)
    const { eventsAccepted } = await ada.client.overview.get({ organizationId, range: '24h' })
    expect(eventsAccepted).toBe(500)
  })

  test('to an occasion of others is as if there was none', async () => {
    const { call, event } = await world()
    const occasionId = `occ_${'0'.repeat(26)}`
    expect(await call('/v1/events', { json: { ...event, occasionId } })).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    })
  })
})

describe('webhooks', () => {
  test('are created, read, changed, paused, resumed and deleted by a key', async () => {
    const { call, manage, event } = await world()
    const created = await manage('/v1/webhooks', {
      json: { url: 'http://127.0.0.1:9/hook', events: ['attendee.*'], name: 'the till' },
    })
    expect(created.status).toBe(201)
    const { webhook, secret } = z.object({ webhook: webhookSchema, secret: z.string() }).parse(created.body)
    expect(secret).toMatch(/^whsec_/)
    const path = `/v1/webhooks/${webhook.id}`
    const read = await manage(path)
    expect(read).toMatchObject({ status: 200, body: { id: webhook.id, name: 'the till', status: 'active' } })
    expect(JSON.stringify(read.body)).not.toContain(secret)
    expect(await manage(path, { method: 'PATCH', json: { name: 'the other till' } })).toMatchObject({
      status: 200,
      body: { name: 'the other till' },
    })
    expect(await manage(`${path}/pause`, { method: 'POST' })).toMatchObject({
      status: 200,
      body: { status: 'paused' },
    })
    const sent = acceptedSchema.parse((await call('/v1/events', { json: event })).body)
    expect(sent.deliveries).toBe(1)
    const held = await call(`/v1/deliveries?status=held&webhookId=${webhook.id}&limit=10`)
    expect(held).toMatchObject({ status: 200, body: { items: [{ status: 'held', heldReason: 'paused' }] } })
    expect(await call(`/v1/deliveries?status=waiting,held&heldReason=paused`)).toMatchObject({
      body: { items: [{ status: 'held' }] },
    })
    expect(await call('/v1/deliveries?status=waiting,sending')).toMatchObject({ body: { items: [] } })
    expect(await call('/v1/deliveries?status=waiting,lost')).toMatchObject({
      status: 422,
      body: { errors: [{ path: '/status', message: expect.stringContaining('separated by commas') }] },
    })
    const { items } = z.object({ items: z.array(z.object({ id: z.string() })) }).parse(held.body)
    expect(await call(`/v1/deliveries/${items[0]?.id}`)).toMatchObject({
      status: 200,
      body: { eventId: sent.id, delay: null, attemptList: [] },
    })
    expect(await manage('/v1/webhooks?search=till')).toMatchObject({
      status: 200,
      body: { items: [{ id: webhook.id }], nextCursor: null },
    })
    expect(await manage(`${path}/resume`, { method: 'POST' })).toMatchObject({
      status: 200,
      body: { status: 'active' },
    })
    expect(await manage(path, { method: 'DELETE' })).toMatchObject({ status: 200, body: { deleted: 1 } })
    expect(await manage(path)).toMatchObject({ status: 404, body: { code: 'not_found' } })
  })

  test('keep what they hold when they are resumed, and let it go at a rate by a key that may manage them', async () => {
    const { call, manage, event } = await world()
    const made = await manage('/v1/webhooks', {
      json: { url: 'http://127.0.0.1:9/', events: ['*'], startPaused: true },
    })
    const { webhook } = z.object({ webhook: webhookSchema }).parse(made.body)
    const path = `/v1/webhooks/${webhook.id}`
    for (let sent = 0; sent < 3; sent += 1) await call('/v1/events', { json: event })
    expect(await manage(`${path}/release`, { method: 'POST' })).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    })
    expect(await manage(`${path}/resume`, { json: { keepHeld: true } })).toMatchObject({
      status: 200,
      body: { status: 'active', recent: { held: 3, waiting: 0 } },
    })
    const atRate = { json: { reason: 'paused', perSecond: 1 } }
    expect(await call(`${path}/release`, atRate)).toMatchObject({
      status: 403,
      body: { code: 'scope_missing' },
    })
    const answer = await manage(`${path}/release`, atRate)
    expect(answer).toMatchObject({ status: 200, body: { state: 'running', perSecond: 1, total: 3 } })
    const { id } = releaseSchema.parse(answer.body)
    const progress = async () =>
      z.object({ items: z.array(releaseSchema) }).parse((await call(`${path}/releases`)).body).items
    expect(await progress()).toMatchObject([{ id, reason: 'paused', total: 3 }])
    for (const [verb, state] of [
      ['pause', 'paused'],
      ['resume', 'running'],
      ['cancel', 'cancelled'],
    ] as const) {
      const turn = `/v1/releases/${id}/${verb}`
      expect(await manage(turn, { method: 'POST' })).toMatchObject({ status: 200, body: { id, state } })
    }
    expect(await progress()).toMatchObject([{ id, state: 'cancelled' }])
  })

  test('get a new secret from a key that may manage them, once', async () => {
    const { manage, call } = await world()
    const made = await manage('/v1/webhooks', { json: { url: 'http://127.0.0.1:9/', events: ['*'] } })
    const rotated = z.object({ secret: z.string(), webhook: z.object({ id: z.string() }) })
    const { webhook, secret } = rotated.parse(made.body)
    const path = `/v1/webhooks/${webhook.id}/rotate`
    expect(await call(path, { json: {} })).toMatchObject({ status: 403, body: { code: 'scope_missing' } })
    const first = await manage(path, { method: 'POST' })
    expect(first.status).toBe(200)
    expect(rotated.parse(first.body).secret).not.toBe(secret)
    expect(await manage(path, { json: {} })).toMatchObject({ status: 409, body: { code: 'conflict' } })
    const forced = await manage(path, { json: { overlapHours: 0, force: true } })
    expect(forced).toMatchObject({ status: 200, body: { webhook: { secrets: [{ expiresAt: null }] } } })
  })

  test('cannot be moved to another one by the body', async () => {
    const { manage } = await world()
    const create = async (name: string) =>
      z
        .object({ webhook: webhookSchema })
        .parse(
          (await manage('/v1/webhooks', { json: { url: 'http://127.0.0.1:9/', events: ['*'], name } })).body,
        ).webhook
    const one = await create('one')
    const two = await create('two')
    await manage(`/v1/webhooks/${one.id}`, { method: 'PATCH', json: { webhookId: two.id, name: 'changed' } })
    expect(await manage(`/v1/webhooks/${one.id}`)).toMatchObject({ body: { name: 'changed' } })
    expect(await manage(`/v1/webhooks/${two.id}`)).toMatchObject({ body: { name: 'two' } })
  })

  test('go nowhere that the network policy blocks', async () => {
    const { manage } = await world()
    const blocked = await manage('/v1/webhooks', { json: { url: 'http://169.254.169.254/', events: ['*'] } })
    expect(blocked).toMatchObject({ status: 422, body: { code: 'destination_blocked' } })
  })

  test('of nobody are not found, and an id that is none is invalid', async () => {
    const { manage } = await world()
    expect((await manage(`/v1/webhooks/whk_${'0'.repeat(26)}`)).status).toBe(404)
    expect(await manage('/v1/webhooks/nonsense')).toMatchObject({
      status: 422,
      body: { errors: [{ path: '/webhookId' }] },
    })
  })
})

describe('keys', () => {
  test('are listed and revoked by an admin key, and shown without secrets', async () => {
    const { manage, api, call, event } = await world()
    const listed = await manage('/v1/keys?limit=1')
    expect(listed.status).toBe(200)
    const { items, nextCursor } = z
      .object({ items: z.array(z.object({ id: z.string() })), nextCursor: z.string().nullable() })
      .parse(listed.body)
    expect(items).toHaveLength(1)
    expect((await manage(`/v1/keys?limit=1&cursor=${nextCursor}`)).body).toMatchObject({
      items: [{ id: api.id }],
    })
    expect(JSON.stringify((await manage('/v1/keys')).body)).not.toContain(api.secret.slice(20))
    expect(await manage(`/v1/keys/${api.id}`, { method: 'DELETE' })).toMatchObject({
      status: 200,
      body: { revoked: 1 },
    })
    expect((await call('/v1/events', { json: event })).status).toBe(401)
  })

  test('take numbers of the query as numbers, and refuse others', async () => {
    const { manage } = await world()
    for (const limit of ['0', '201', 'many', '1&limit=2']) {
      expect(await manage(`/v1/keys?limit=${limit}`), limit).toMatchObject({
        status: 422,
        body: { errors: [{ path: '/limit' }] },
      })
    }
  })
})

describe('paths and methods', () => {
  test('a path that does not exist is told from a method that it does not have', async () => {
    const { url } = await runHost()
    expect(await tenantCall(url, '/v1/nothing')).toMatchObject({ status: 404, body: { code: 'not_found' } })
    const wrong = await tenantCall(url, '/v1/events', { method: 'PUT' })
    expect(wrong).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } })
    expect(wrong.headers.get('allow')).toBe('POST, OPTIONS')
    const options = await tenantCall(url, `/v1/webhooks/whk_${'0'.repeat(26)}`, { method: 'OPTIONS' })
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, PATCH, DELETE, HEAD, OPTIONS'])
  })

  test('HEAD answers as GET does, without the body', async () => {
    const { call } = await world()
    const head = await call('/v1/me', { method: 'HEAD' })
    expect([head.status, head.body]).toEqual([200, ''])
    expect(Number(head.headers.get('content-length'))).toBeGreaterThan(100)
  })

  test('every answer is safe from guessing browsers, and kept by nobody', async () => {
    const { call } = await world()
    for (const path of ['/v1/me', '/v1/webhooks', '/v1/nothing']) {
      const { headers } = await call(path)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'")
    }
  })
})

describe('the OpenAPI document', () => {
  const documentSchema = z.object({
    openapi: z.string(),
    servers: z.array(z.object({ url: z.string() })),
    security: z.array(z.record(z.string(), z.array(z.string()))),
    components: z.object({ securitySchemes: z.record(z.string(), z.record(z.string(), z.string())) }),
    paths: z.record(
      z.string(),
      z.record(z.string(), z.object({ responses: z.record(z.string(), z.unknown()) })),
    ),
  })

  test('is valid OpenAPI 3.1 and names every route', async () => {
    const { url } = await runHost()
    const { status, body } = await tenantCall(url, '/openapi.json')
    expect(status).toBe(200)
    const document = documentSchema.parse(body)
    expect(
      await new Validator().validate(structuredClone(z.record(z.string(), z.unknown()).parse(body))),
    ).toMatchObject({
      valid: true,
    })
    expect(document.openapi).toMatch(/^3\.1\./)
    expect(document.servers).toEqual([{ url }])
    expect(document.components.securitySchemes.apiKey).toEqual({
      type: 'apiKey',
      in: 'header',
      name: 'X-API-Key',
    })
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect(operations.toSorted()).toEqual([
      'DELETE /v1/keys/{apiKeyId}',
      'DELETE /v1/webhooks/{webhookId}',
      'GET /v1/deliveries',
      'GET /v1/deliveries/{deliveryId}',
      'GET /v1/events/{eventId}',
      'GET /v1/keys',
      'GET /v1/me',
      'GET /v1/webhooks',
      'GET /v1/webhooks/{webhookId}',
      'GET /v1/webhooks/{webhookId}/releases',
      'PATCH /v1/webhooks/{webhookId}',
      'POST /v1/events',
      'POST /v1/events/batch',
      'POST /v1/releases/{releaseId}/cancel',
      'POST /v1/releases/{releaseId}/pause',
      'POST /v1/releases/{releaseId}/resume',
      'POST /v1/webhooks',
      'POST /v1/webhooks/{webhookId}/discard',
      'POST /v1/webhooks/{webhookId}/pause',
      'POST /v1/webhooks/{webhookId}/release',
      'POST /v1/webhooks/{webhookId}/release-replays',
      'POST /v1/webhooks/{webhookId}/resume',
      'POST /v1/webhooks/{webhookId}/rotate',
    ])
    for (const methods of Object.values(document.paths)) {
      for (const { responses } of Object.values(methods)) {
        expect(Object.keys(responses)).toEqual(expect.arrayContaining(['401', '403', '422', '429', '503']))
      }
    }
  })
})
