import { shown } from '../../support/shown.ts'
import { browserAt, owner } from '../running-host.ts'
import type { Receiver } from './receiver.ts'

/** Short delays, and so many that chance does not use them all up. */
const scheduleMs = [0, ...Array.from({ length: 8 }, () => 50), ...Array.from({ length: 16 }, () => 400)]
const timeoutMs = 1_000
const events = ['attendee.*']

/** Sets up a new host: a key, two webhooks that send, and one that is paused and collects. */
export const setUpInstallation = async (url: string, receiver: Receiver) => {
  const { client } = browserAt(url)
  const state = await client.session.setUp(owner)
  if (state.state !== 'signed_in') throw new Error(`Ada is ${state.state}.`)
  const organizationId = state.organizations[0]?.id ?? ''
  await client.settings.addNetworkRule({ organizationId, target: '127.0.0.1', note: 'receiver of a test' })
  const subscribe = async (name: string) => {
    const inbox = receiver.inbox(name)
    const fields = { organizationId, url: inbox.url, events, scheduleMs, timeoutMs }
    const created = await client.webhooks.create(fields)
    inbox.expect(shown(created))
    return { id: created.webhook.id, inbox }
  }
  const sending = [await subscribe('one'), await subscribe('other')]
  const paused = await subscribe('paused')
  await client.webhooks.pause({ organizationId, webhookId: paused.id })
  const { secret: key } = await client.apiKeys.create({
    organizationId,
    name: 'the till',
    environment: 'production',
    scopes: ['api'],
  })
  const types = await client.eventTypes.list()
  const data = types.find(({ name }) => name === 'attendee.registered')?.example
  return { organizationId, sending, paused, key, event: { type: 'attendee.registered', data } }
}
export type Installation = Awaited<ReturnType<typeof setUpInstallation>>
