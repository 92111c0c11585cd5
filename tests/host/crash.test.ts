import { Webhook } from 'standardwebhooks'
import { expect, onTestFailed, test } from 'vitest'
import { z } from 'zod'
import { shown } from '../support/shown.ts'
import { createRig } from './crash/rig.ts'
import { startReceiver } from './receiver.ts'
import { browserAt, dataDirectory, owner, tenantCall } from './running-host.ts'
import { spawnHost, spawnProgram } from './spawned.ts'

const eventsMax = 200
const inFlight = 16
const acceptedSchema = z.object({ id: z.string(), deliveries: z.literal(1) })

test('a host that is killed with 200 events in flight loses none', { timeout: 120_000 }, async () => {
  const receiver = await startReceiver()
  const directory = await dataDirectory()
  const first = await spawnHost(directory)
  const { client } = browserAt(first.url)
  const state = await client.session.setUp(owner)
  if (state.state !== 'signed_in') throw new Error(state.state)
  const organizationId = state.organizations[0]?.id ?? ''
  await client.settings.addNetworkRule({
    organizationId,
    target: '127.0.0.1',
    note: 'the receiver of the test',
  })
  const created = await client.webhooks.create({
    organizationId,
    url: receiver.url,
    events: ['attendee.*'],
    concurrency: inFlight,
  })
  const key = await client.apiKeys.create({
    organizationId,
    name: 'the till',
    environment: 'production',
    scopes: ['api'],
  })
  const types = await client.eventTypes.list()
  const data = types.find(({ name }) => name === 'attendee.registered')?.example

  const accepted = new Set<string>()
  const send = async () => {
    const json = { type: 'attendee.registered', data }
    const answer = await tenantCall(first.url, '/v1/events', { key: key.secret, json })
    if (answer.status === 202) accepted.add(acceptedSchema.parse(answer.body).id)
  }
  await Promise.all(Array.from({ length: eventsMax }, send))
  expect(accepted.size).toBe(eventsMax)

  // Some are delivered and perhaps not yet recorded, some are with the receiver, most wait.
  await receiver.until(() => receiver.waiting() === inFlight)
  receiver.answer(inFlight / 2)
  await receiver.until(() => receiver.waiting() >= inFlight - 1)
  first.child.kill('SIGKILL')
  expect(await first.ended()).toBe('SIGKILL')
  expect(receiver.answered.size).toBeLessThan(eventsMax)

  const second = await spawnHost(directory)
  receiver.answerAll()
  await receiver.until(() => receiver.answered.size >= eventsMax)
  expect([...accepted].filter((id) => !receiver.answered.has(id))).toEqual([])
  expect([...receiver.answered].filter((id) => !accepted.has(id))).toEqual([])

  // Whatever came twice is the same event, signed anew.
  const webhook = new Webhook(shown(created))
  const bodies = new Map<string, string>()
  for (const { id, headers, body } of receiver.requests) {
    webhook.verify(body, headers)
    expect(bodies.get(id) ?? body).toBe(body)
    bodies.set(id, body)
  }
  expect(receiver.requests.length).toBeGreaterThan(eventsMax)
  second.child.kill('SIGTERM')
  expect([await second.ended(), second.errors()]).toEqual([0, ''])
})

/** `npm run bench:crash` asks for more. */
const kills = Number(process.env.CRASH_KILLS ?? 10)
const seed = Number(process.env.CRASH_SEED ?? 4)
/** Answers and receipts between a start and the next kill. */
const happeningsMax = 300
/** This share of the starts is killed before the host is ready, at some moment of about so many ms. */
const earlyShare = 0.2
const startMs = 1_000
const toldEvery = 20

/** Starts a host and kills it again before it is ready, if it is not faster. */
const killDuringStart = async (directory: string, afterMs: number): Promise<void> => {
  const early = spawnProgram('serve.ts', ['--data-dir', directory, '--port', '0', '--json'])
  setTimeout(() => early.child.kill('SIGKILL'), afterMs)
  expect(await early.ended()).toBe('SIGKILL')
}

test(`${kills} kills of the host at random moments lose nothing, repeat only under the same id, and leave nothing stuck`, {
  timeout: 60_000 + kills * 20_000,
}, async () => {
  const directory = await dataDirectory()
  let host = await spawnHost(directory)
  onTestFailed(() => console.error(host.errors()))
  const rig = await createRig({ seed, directory, url: host.url })
  for (let kill = 1; kill <= kills; kill += 1) {
    await rig.happenings(1 + rig.chance.below(happeningsMax))
    host.child.kill('SIGKILL')
    rig.at(null)
    expect(await host.ended()).toBe('SIGKILL')
    if (rig.chance.happens(earlyShare)) await killDuringStart(directory, rig.chance.below(startMs))
    host = await spawnHost(directory)
    rig.at(host.url)
    if (kill % toldEvery !== 0) continue
    rig.checkNow()
    console.log(`${kill} of ${kills} kills: ${rig.summary()}`)
  }
  await rig.settle()
  host.child.kill('SIGTERM')
  expect([await host.ended(), host.errors()]).toEqual([0, ''])
  rig.checkBooks()
  console.log(`${kills} kills with seed ${seed}: ${rig.summary()}; all books are right`)
})
