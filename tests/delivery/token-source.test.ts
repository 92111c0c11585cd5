import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Receiver, readBody, startHttp } from './receivers.ts'
import { type DeliveryWorld, type LoopFixture, openDeliveryWorld } from './world.ts'

const secret = 's3cret +/é'

interface Answer {
  status?: number
  headers?: Record<string, string>
  body?: string
}

let world: DeliveryWorld
let running: LoopFixture
let receiver: Receiver
let endpoint: Receiver
/** What the token endpoint was asked. */
let asked: { authorization: string | undefined; type: string | undefined; body: string }[]
/** What it answers; the last one repeats. */
let answers: (Answer | 'hang' | 'reset')[]
/** The tokens that the receiver saw, and those that it refuses. */
let tokens: (string | undefined)[]
let refused: Set<string | undefined>

const grant = (token: string, over: object = { expires_in: 3_600 }): Answer => ({
  body: JSON.stringify({ access_token: token, token_type: 'Bearer', ...over }),
})

beforeEach(async () => {
  world = await openDeliveryWorld()
  await world.allow('127.0.0.0/8')
  asked = []
  tokens = []
  refused = new Set()
  endpoint = await startHttp(async (request, response) => {
    const body = (await readBody(request)).toString()
    asked.push({ authorization: request.headers.authorization, type: request.headers['content-type'], body })
    const answer = answers.length > 1 ? answers.shift() : answers[0]
    world.notice()
    if (answer === 'hang' || answer === undefined) return
    if (answer === 'reset') {
      request.socket.resetAndDestroy()
      return
    }
    response.writeHead(answer.status ?? 200, answer.headers).end(answer.body)
  })
  receiver = await startHttp((request, response) => {
    request.resume()
    const token = request.headers.authorization?.replace('Bearer ', '')
    tokens.push(token)
    response.writeHead(refused.has(token) ? 401 : 200).end('ok')
  })
})
afterEach(async () => {
  await receiver.close()
  await endpoint.close()
  await world.close()
})

const webhook = async ({ scope = null, path = '/token' }: { scope?: string | null; path?: string } = {}) => {
  const { id } = await world.webhook({ url: `http://127.0.0.1:${receiver.port}/`, concurrency: 8 })
  const tokenUrl = `http://127.0.0.1:${endpoint.port}${path}`
  const authentication = { kind: 'oauth2', tokenUrl, clientId: 'till:1', scope } as const
  await world.configure(id, { authentication }, { clientSecret: secret })
  running = await world.startLoop()
  return id
}

const land = async (ids: readonly string[]) => {
  running.loop.wake()
  await running.until(() => ids.every((id) => world.delivery(id).attempts > 0))
  return Promise.all(ids.map(async (id) => (await world.attempts(id))[0]))
}
/** A test: it is made once. */
const send = async (webhookId: string) =>
  (await land([(await world.deliver(webhookId, { kind: 'test' })).id]))[0]

describe('a webhook with client credentials', () => {
  it('asks for a token as RFC 6749 says, and shows it', async () => {
    answers = [grant('t1')]
    const attempt = await send(await webhook({ scope: 'events:write' }))
    const [request] = asked
    const encoded = Buffer.from(request?.authorization?.replace('Basic ', '') ?? '', 'base64').toString()
    expect(encoded).toBe('till%3A1:s3cret+%2B%2F%C3%A9')
    expect(request?.type).toBe('application/x-www-form-urlencoded')
    expect([...new URLSearchParams(request?.body)]).toEqual([
      ['grant_type', 'client_credentials'],
      ['scope', 'events:write'],
    ])
    expect(tokens).toEqual(['t1'])
    expect(attempt).toMatchObject({ statusCode: 200, errorClass: null })
    expect(attempt?.requestHeaders.authorization).toBe('Bearer ***')
  })

  it('asks once for many deliveries, and again shortly before the end of the token', async () => {
    answers = [grant('t1'), grant('t2')]
    const id = await webhook()
    await land(await world.deliverMany(id, 20))
    expect(asked).toHaveLength(1)
    world.clock.advance(3_540_000 - 1)
    await send(id)
    expect(asked).toHaveLength(1)
    world.clock.advance(1)
    await send(id)
    expect(asked).toHaveLength(2)
    expect(tokens.at(-1)).toBe('t2')
  })

  it('takes a new token when the receiver refuses the one that it has, in the same attempt', async () => {
    answers = [grant('t1'), grant('t2')]
    const id = await webhook()
    await send(id)
    refused.add('t1')
    expect(await send(id)).toMatchObject({ number: 1, statusCode: 200, errorClass: null })
    expect(tokens).toEqual(['t1', 't1', 't2'])
  })

  it('does not ask again and again for a receiver that refuses every token', async () => {
    answers = [grant('t1'), grant('t2'), grant('t3')]
    refused.add('t1').add('t2')
    const id = await webhook()
    expect(await send(id)).toMatchObject({ statusCode: 401, errorClass: 'http' })
    expect(await send(id)).toMatchObject({ statusCode: 401 })
    expect(asked).toHaveLength(2)
    world.clock.advance(60_000)
    expect(await send(id)).toMatchObject({ statusCode: 200 })
    expect(tokens).toEqual(['t1', 't2', 't2', 't2', 't3'])
  })

  it('uses the new secret at once when it is changed', async () => {
    answers = [grant('t1'), grant('t2')]
    const id = await webhook()
    await send(id)
    await world.configure(id, {}, { clientSecret: 'another' })
    await send(id)
    expect(asked).toHaveLength(2)
    expect(tokens).toEqual(['t1', 't2'])
  })

  it('asks for no token for a connectivity check', async () => {
    answers = [grant('t1')]
    const id = await webhook()
    await land([(await world.deliver(id, { kind: 'connectivity' })).id])
    expect(asked).toEqual([])
    expect(tokens).toEqual([undefined])
  })
})

const wrong: [string, Answer | 'reset', string, RegExp][] = [
  [
    'refuses the client',
    { status: 401, body: '{"error":"invalid_client"}' },
    'http',
    /\(401, invalid_client\)/,
  ],
  ['repeats the secret in its error', { status: 400, body: `{"error":"${secret}"}` }, 'http', /\(400\)/],
  ['fails', { status: 500, body: '<html>' }, 'http', /\(500\)/],
  ['answers no JSON', { body: 'access_token=abc' }, 'protocol', /no bearer token/],
  ['answers no token', { body: '{}' }, 'protocol', /no bearer token/],
  ['answers a token of another type', grant('t', { token_type: 'mac' }), 'protocol', /no bearer token/],
  ['answers a token that breaks the header', grant('a\r\nx: y'), 'protocol', /no bearer token/],
  ['answers without end', { body: 'x'.repeat(200_000) }, 'protocol', /no bearer token/],
  ['leads elsewhere', { status: 302, headers: { location: '/other' } }, 'redirect', /never followed/],
  ['breaks off', 'reset', 'reset', /Token endpoint: The connection was closed/],
]

describe('a token endpoint that', () => {
  it.each(wrong)('%s makes the attempt fail, and nothing is sent', async (_, answer, errorClass, message) => {
    answers = [answer]
    const attempt = await send(await webhook())
    expect(attempt).toMatchObject({
      statusCode: null,
      errorClass,
      errorMessage: expect.stringMatching(message),
    })
    expect(JSON.stringify(attempt)).not.toContain('s3cret')
    expect(tokens).toEqual([])
    expect(asked).toHaveLength(1)
  })

  it('cannot be reached is told from a receiver that cannot', async () => {
    answers = []
    const id = await webhook()
    await endpoint.close()
    const attempt = await send(id)
    expect(attempt).toMatchObject({ errorClass: 'refused' })
    expect(attempt?.errorMessage).toMatch(/^There is no token .* Token endpoint: The connection was refused/)
  })

  it('lies in a blocked network is not called', async () => {
    answers = [grant('t1')]
    const id = await webhook()
    await world.store.write(async (writer) => {
      const { organizationId } = world
      for (const { id: rule } of await writer.networkRules.list(organizationId)) {
        await writer.networkRules.delete(organizationId, rule)
      }
    })
    await world.allow('receiver.test')
    await world.store.write(async (writer) => {
      const known = await writer.webhooks.get(id)
      if (known === null) throw new Error('no webhook')
      const url = `http://receiver.test:${receiver.port}/`
      await writer.webhooks.update(id, { ...known, url }, world.clock.now())
    })
    const attempt = await send(id)
    expect(attempt).toMatchObject({ errorClass: 'blocked', statusCode: null })
    expect(attempt?.errorMessage).toContain('Token endpoint: The network policy blocks this address')
    expect(asked).toEqual([])
    expect(tokens).toEqual([])
  })

  it('fails is left alone for a second, and what waits meanwhile uses up no attempt', async () => {
    answers = [{ status: 503 }, grant('t1')]
    const id = await webhook()
    const ids = await world.deliverMany(id, 20)
    // As many as the webhook may have under way.
    const attempted = () => ids.filter((one) => world.delivery(one).attempts > 0).length
    running.loop.wake()
    await running.until(() => attempted() === 8)
    expect(await send(id)).toMatchObject({ errorClass: 'http' })
    expect(attempted()).toBe(8)
    expect(asked).toHaveLength(1)
    world.clock.advance(1_000)
    running.loop.wake()
    await running.until(() => world.count('delivered') === 12)
    expect(attempted()).toBe(20)
  })

  it.each([429, 503])('answers %i with Retry-After is left alone for exactly so long', async (status) => {
    answers = [{ status, headers: { 'retry-after': '90' } }, grant('t1')]
    const id = await webhook()
    const askedAt = world.clock.now()
    const { id: first } = await world.deliver(id)
    const [attempt] = await land([first])
    expect(attempt?.nextAttemptReason).toBe('Retry-After 1 min 30 s')
    // From the end of its answer on, some ms of the machine's own after the start.
    const until = attempt?.nextAttemptAt ?? 0
    expect(until - askedAt).toBeGreaterThanOrEqual(90_000)
    expect(until - askedAt).toBeLessThan(91_000)
    world.clock.set(askedAt + 60_000)
    const { id: second } = await world.deliver(id)
    world.clock.set(until - 1)
    expect(await send(id)).toMatchObject({ errorClass: 'http' })
    expect(world.delivery(second)).toMatchObject({ status: 'waiting', attempts: 0 })
    expect(asked).toHaveLength(1)
    expect(running.loop.view().lanesWithoutToken).toBe(1)
    world.clock.set(until)
    expect(running.loop.view().lanesWithoutToken).toBe(0)
    running.loop.wake()
    await running.until(() => [first, second].every((one) => world.delivery(one).status === 'delivered'))
    expect(asked).toHaveLength(2)
    expect(await world.attempts(second)).toMatchObject([{ number: 1, delayedBy: 'token' }])
  })

  it('asks for a pause is asked at once when the webhook shows itself otherwise', async () => {
    answers = [{ status: 429, headers: { 'retry-after': '3600' } }, grant('t1')]
    const id = await webhook()
    await send(id)
    const { id: waiting } = await world.deliver(id)
    const tokenUrl = `http://127.0.0.1:${endpoint.port}/other`
    const authentication = { kind: 'oauth2', tokenUrl, clientId: 'till:2', scope: null } as const
    await world.configure(id, { authentication }, { clientSecret: secret })
    running.loop.wake()
    await running.until(() => world.delivery(waiting).status === 'delivered')
    expect(asked).toHaveLength(2)
  })

  describe('asks for a pause', () => {
    const kept = (id: string) =>
      world.database
        .prepare<[string], { until: number | null; message: string | null }>(
          'SELECT token_paused_until AS until, token_error_message AS message FROM webhooks WHERE id = ?',
        )
        .get(id)
    /** The host keeps it beside the worker. */
    const pausedUntil = async (id: string) => {
      const { id: first } = await world.deliver(id)
      await land([first])
      await running.until(() => kept(id)?.until !== null)
      return kept(id)?.until ?? 0
    }
    const restart = async () => {
      await running.stop()
      running = await world.startLoop({ queue: world.queue('worker-2') })
    }

    it('is left alone by a worker that is started anew, too, for as long, and for the same reason', async () => {
      answers = [{ status: 429, headers: { 'retry-after': '3600' } }, grant('t1')]
      const id = await webhook()
      const until = await pausedUntil(id)
      const message = kept(id)?.message
      expect(message).toContain('refuses to give a token (429)')
      await restart()
      const { id: second } = await world.deliver(id)
      expect(await send(id)).toMatchObject({ errorClass: 'http', errorMessage: message })
      world.clock.set(until - 1)
      await send(id)
      expect(world.delivery(second)).toMatchObject({ status: 'waiting', attempts: 0 })
      expect(asked).toHaveLength(1)
      world.clock.set(until)
      running.loop.wake()
      await running.until(() => world.delivery(second).status === 'delivered')
      expect(await world.attempts(second)).toMatchObject([{ delayedBy: 'token' }])
    })

    it.each(['the same worker', 'another worker'])(
      'is asked again by %s once a person has ended that, and left alone again',
      async (who) => {
        const busy = { status: 429, headers: { 'retry-after': '3600' } }
        answers = [busy, busy, grant('t1')]
        const id = await webhook()
        await pausedUntil(id)
        if (who === 'another worker') await restart()
        const { id: second } = await world.deliver(id)
        await send(id)
        expect(world.delivery(second).attempts).toBe(0)
        await world.store.write((writer) => writer.webhookProtection.setTokenPause(id, null))
        running.loop.wake()
        await running.until(() => world.delivery(second).attempts === 1)
        const { id: third } = await world.deliver(id)
        await send(id)
        expect(world.delivery(third).attempts).toBe(0)
        expect(asked).toHaveLength(2)
      },
    )

    it('is not kept any more when the webhook shows itself otherwise', async () => {
      answers = [{ status: 429, headers: { 'retry-after': '3600' } }, grant('t1')]
      const id = await webhook()
      await pausedUntil(id)
      await world.configure(id, {}, { clientSecret: 'another' })
      await send(id)
      expect(asked).toHaveLength(2)
      await running.until(() => kept(id)?.until === null)
    })
  })

  it('asks for more than a day is asked again after a day', async () => {
    answers = [{ status: 429, headers: { 'retry-after': '200000' } }, grant('t1')]
    const id = await webhook()
    const { id: delivery } = await world.deliver(id)
    const [attempt] = await land([delivery])
    expect(attempt?.nextAttemptReason).toMatch(/capped at 1 d$/)
    world.clock.advance(24 * 3_600_000 - 1)
    expect(await send(id)).toMatchObject({ errorClass: 'http' })
    expect(asked).toHaveLength(1)
    world.clock.advance(60_000)
    expect(await send(id)).toMatchObject({ statusCode: 200 })
  })

  it('asks for a pause is left alone by those whose token is refused meanwhile, too', async () => {
    answers = [grant('t1'), { status: 429, headers: { 'retry-after': '90' } }, grant('t2')]
    const id = await webhook()
    await send(id)
    refused.add('t1')
    const attempts = await land(await world.deliverMany(id, 4))
    expect(asked).toHaveLength(2)
    for (const attempt of attempts) {
      expect(attempt?.nextAttemptAt).toBeGreaterThanOrEqual((attempts[0]?.finishedAt ?? 0) + 89_000)
    }
  })

  it('hangs ends with the worker, and its deliveries wait', async () => {
    answers = ['hang']
    const id = await webhook()
    const delivery = await world.deliver(id)
    running.loop.wake()
    await running.until(() => asked.length > 0)
    await running.stop(1)
    expect(world.delivery(delivery.id)).toMatchObject({ status: 'waiting', attempts: 0 })
  })

  it('fails when a refused token should be replaced is told with the answer of the receiver', async () => {
    answers = [grant('t1'), { status: 500 }]
    const id = await webhook()
    refused.add('t1')
    const attempt = await send(id)
    expect(attempt).toMatchObject({ statusCode: 401, errorClass: 'http' })
    expect(attempt?.errorMessage).toMatch(/answered 401, and there is no new token.*\(500\)/)
  })
})
