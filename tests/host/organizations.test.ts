import { once } from 'node:events'
import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import type { Topic } from '#contract/live.ts'
import { startReceiver } from './receiver.ts'
import { type Browser, problemOf, runHostOfAda, tenantCall } from './running-host.ts'

/** Resolves when an open console has been told of the topic. */
const listen = async ({ client }: Browser) => {
  const stop = new AbortController()
  onTestFinished(() => stop.abort())
  const changes = await client.live.changes(undefined, { signal: stop.signal })
  return async (topic: Topic): Promise<void> => {
    for (;;) {
      const { value, done } = await changes.next()
      if (done) throw new Error('The stream has ended.')
      if (value.topics.includes(topic)) return
    }
  }
}

/** The address of a receiver that answers 410 to everything. */
const startGone = async (): Promise<string> => {
  const server = createServer((_request, response) => void response.writeHead(410).end())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The receiver has no port.')
  return `http://127.0.0.1:${address.port}/`
}

const begin = async () => {
  const world = await runHostOfAda()
  await world.allowLoopback()
  const { ada, organizationId, host } = world
  const { secret: key } = await world.makeKey('api')
  const subscribe = async (url: string, concurrency = 1) => {
    const created = await ada.client.webhooks.create({ organizationId, url, events: ['*'], concurrency })
    return created.webhook
  }
  const send = async () => {
    const json = { type: 'attendee.registered', data: { email: 'visitor@example.com' } }
    const { status, body } = await tenantCall(host.url, '/v1/events', { key, json })
    expect(status).toBe(202)
    return body
  }
  const statuses = async () => {
    const { items } = await ada.client.deliveries.list({ organizationId })
    return items.map(({ status, heldReason }) => heldReason ?? status)
  }
  /** Asks again after every change of deliveries, until the answer is the wanted one. */
  const untilStatuses = async (...wanted: string[]) => {
    const told = await listen(ada)
    while ((await statuses()).join() !== wanted.join()) await told('deliveries')
  }
  return { ...world, subscribe, send, statuses, untilStatuses }
}

test('an invited person signs in with the code, sets a password, and comes back with it', async () => {
  const { host, ada, organizationId } = await runHostOfAda()
  const { invitation } = await ada.client.users.invite({
    organizationId,
    name: 'Max',
    email: 'Max@Example.com',
    organizationRole: 'manager',
    workspaceRole: 'manager',
  })
  const code = new URL(invitation?.signInPath ?? '', host.url).searchParams.get('code') ?? ''
  const max = host.browser()
  expect(await max.client.session.signInWithCode({ code })).toMatchObject({
    state: 'signed_in',
    needsPassword: true,
    organizations: [{ id: organizationId, organizationRole: 'manager' }],
  })
  const password = 'correct horse battery'
  expect(await max.client.session.setPassword({ password })).toMatchObject({ needsPassword: false })
  expect(await problemOf(max.client.session.setPassword({ password }))).toMatchObject({ code: 'conflict' })
  const elsewhere = host.browser()
  expect(await problemOf(elsewhere.client.session.signInWithCode({ code }))).toMatchObject({
    code: 'sign_in_code_invalid',
  })
  const credentials = { email: 'max@example.com', password }
  expect(await elsewhere.client.session.signIn(credentials)).toMatchObject({ needsPassword: false })
  expect(await problemOf(host.browser().client.session.setPassword({ password }))).toMatchObject({
    code: 'not_signed_in',
  })
})

test('while delivery is switched off events are accepted and held; on again they leave, the oldest first', async () => {
  const receiver = await startReceiver()
  receiver.answerAll()
  const { ada, subscribe, send, statuses } = await begin()
  await subscribe(receiver.url)
  const told = await listen(ada)
  const everybody = { name: 'delivery', organizationId: null } as const
  await ada.client.platform.switchOff({ ...everybody, reason: 'an incident' })
  await told('kill_switches')
  const sent: unknown[] = []
  for (let count = 0; count < 5; count += 1) sent.push(await send())
  expect(await statuses()).toEqual(Array(5).fill('switched_off'))
  await ada.client.platform.switchOn(everybody)
  await told('kill_switches')
  await receiver.until(() => receiver.requests.length === 5)
  expect(receiver.requests.map(({ id }) => ({ id, deliveries: 1 }))).toEqual(sent)
})

test('a lost capability lets what is under way end, holds the rest, and is felt by an open console', async () => {
  const receiver = await startReceiver()
  const { ada, organizationId, subscribe, send, untilStatuses } = await begin()
  await ada.client.platform.setOverride({
    organizationId,
    capability: 'api_access',
    effect: 'grant',
    note: 'events go on',
  })
  const webhook = await subscribe(receiver.url)
  await send()
  await receiver.until(() => receiver.waiting() === 1)
  await send()
  const told = await listen(ada)
  const change = await ada.client.subscription.change({ organizationId, plan: 'pro' })
  expect(change.suspendedWebhooks).toMatchObject({ total: 1, items: [{ id: webhook.id }] })
  await told('webhooks')
  receiver.answer(1)
  await untilStatuses('suspended', 'delivered')
  await send()
  await untilStatuses('suspended', 'suspended', 'delivered')
  expect(receiver.requests).toHaveLength(1)

  const one = { organizationId, webhookId: webhook.id }
  expect(await problemOf(ada.client.webhooks.resume(one))).toMatchObject({ code: 'capability_missing' })
  await ada.client.subscription.change({ organizationId, plan: 'enterprise' })
  expect(await ada.client.webhooks.get(one)).toMatchObject({ status: 'suspended', statusReason: 'plan' })
  receiver.answerAll()
  await ada.client.webhooks.resume(one)
  await untilStatuses('delivered', 'delivered', 'delivered')
})

test('a webhook that its receiver calls gone is told to an operational webhook, signed like every other', async () => {
  const pager = await startReceiver()
  pager.answerAll()
  const { ada, organizationId, subscribe, send } = await begin()
  await ada.client.operationalWebhooks.addNetworkRule({ target: '127.0.0.1', note: 'the pager of a test' })
  await ada.client.operationalWebhooks.create({ url: pager.url, events: ['webhook.*'] })
  const webhook = await subscribe(await startGone())
  await send()
  await pager.until(() => pager.requests.length === 1)
  const [request] = pager.requests
  expect(request?.headers['webhook-signature']).toMatch(/^v1,/)
  expect(JSON.parse(request?.body ?? '')).toMatchObject({
    type: 'webhook.disabled',
    data: { organization: { id: organizationId }, webhook: { id: webhook.id }, reason: 'gone' },
  })
})
