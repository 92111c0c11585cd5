import { platformOrganizationId } from '#contract/ids.ts'
import type { Reader, Subscriber, Writer } from '#main/store/interface.ts'
import { heldByStatus, newDelivery } from '../deliveries/birth.ts'
import { matches } from '../event-types/event-types.ts'
import { bodyValue, eventBody } from '../events/body.ts'
import { meets } from '../events/condition.ts'
import type { Toolbox } from '../parts.ts'

/** Something that operational webhooks are told of. `data` is what `resources/operational-event-types.json` says. */
export interface OperationalEvent {
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
  /** The organization that it is about; null for the installation. */
  readonly organizationId: string | null
}

/** The operational webhooks that get events of a type. */
export const operationalSubscribers = async (read: Reader, type: string): Promise<Subscriber[]> =>
  (await read.deliveries.listSubscribers(platformOrganizationId)).filter(({ events }) =>
    events.some((pattern) => matches(pattern, type)),
  )

/**
 * Queues an operational event in the transaction in which it happened, for every operational webhook that subscribes
 * to it and whose condition it meets. No capability is asked for. Where there is none nothing is written.
 * @returns how many deliveries were made. After the commit call `delivery.wake()`.
 * @throws Error when the data is not what the type says: that is a mistake in the program.
 */
export const emitOperationalEvent = async (
  { clock, ids, operationalEventTypes }: Pick<Toolbox, 'clock' | 'ids' | 'operationalEventTypes'>,
  writer: Writer,
  { type, data, organizationId }: OperationalEvent,
): Promise<number> => {
  const subscribed = await operationalSubscribers(writer, type)
  if (subscribed.length === 0) return 0
  const organization = organizationId === null ? null : await writer.organizations.get(organizationId)
  const told =
    organization === null ? data : { organization: { id: organization.id, name: organization.name }, ...data }
  const [wrong] = operationalEventTypes.check(type, told)
  if (wrong !== undefined)
    throw new Error(`The operational event ${type} is wrong: ${wrong.path} ${wrong.message}`)
  const now = clock.now()
  const content = { type, occurredAt: now, data: told, occasion: null }
  const value = bodyValue(content)
  const subscribers = subscribed.filter(({ condition }) => condition === null || meets(condition, value))
  if (subscribers.length === 0) return 0
  const body = eventBody(content)
  const eventId = ids.next('evt')
  const place = { organizationId: platformOrganizationId, occasionId: null }
  await writer.events.insertMany([
    {
      id: eventId,
      ...place,
      type,
      body,
      sizeBytes: Buffer.byteLength(body),
      occurredAt: now,
      acceptedAt: now,
      apiKeyId: null,
      idempotencyKey: null,
      test: false,
    },
  ])
  const off = await writer.killSwitches.listOff(null)
  const switchedOff = off.some(({ name }) => name === 'delivery') ? 'switched_off' : null
  await writer.deliveries.insertMany(
    subscribers.map((subscriber) => {
      const made = { id: ids.next('dlv'), ...place, eventId, webhookId: subscriber.id }
      return newDelivery({ ...made, kind: 'event', heldReason: heldByStatus(subscriber) ?? switchedOff }, now)
    }),
  )
  return subscribers.length
}

const reasonLengthMax = 300
/** A reason as operational events tell it: some text, and not too much of it. */
export const asReason = (text: string): string => text.slice(0, reasonLengthMax) || 'unknown'

/** A time as operational events tell it. `at` is Unix ms. */
export const isoTime = (at: number): string => new Date(at).toISOString()
