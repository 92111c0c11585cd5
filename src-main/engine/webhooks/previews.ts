import type { ConsoleContract } from '#contract/console.ts'
import { fieldAt } from '#contract/field-path.ts'
import { type Condition, pathsOf, type Shape } from '#contract/webhook-options.ts'
import {
  type ConditionPreview,
  previewedEventsMax,
  previewedFieldsMax,
  previewedTextMax,
  type ShapePreview,
} from '#contract/webhook-previews.ts'
import type { EventRecord } from '#main/store/interface.ts'
import { named } from '../access/named.ts'
import { PatchbayError } from '../errors.ts'
import { matches } from '../event-types/event-types.ts'
import { eventBody } from '../events/body.ts'
import { meets } from '../events/condition.ts'
import type { Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'
import { checkEvents } from './checks.ts'

/** Events are looked through, and their bodies read, only so far: this is asked again with every key that is pressed. */
const scannedMax = 10_000
const bodyBytesMax = 2 * 1024 * 1024

interface Place {
  readonly organizationId: string
  readonly occasionId: string | null
  readonly events: readonly string[]
}

/** What a condition reads of a body, for people. */
const fieldsRead = (condition: Condition, body: unknown): ConditionPreview['events'][number]['fields'] =>
  [...new Set(pathsOf(condition))].slice(0, previewedFieldsMax).map((path) => {
    const value = fieldAt(body, path)
    return { path, value: value === undefined ? null : JSON.stringify(value).slice(0, previewedTextMax) }
  })

/** An event, as what a shape is tried on. */
const sampleOf = ({ id, type, acceptedAt, body }: EventRecord) =>
  ({ body, source: { kind: 'event', type, eventId: id, acceptedAt } }) as const

/** What conditions and shapes would do, tried on what has been accepted. Nothing is changed. */
export const createPreviews = ({
  store,
  clock,
  eventTypes,
  shaping,
  access,
}: Toolbox): Pick<Operations<ConsoleContract['webhooks']>, 'previewCondition' | 'previewShape'> => {
  /** The types that the patterns match, in the order of the catalogue. */
  const typesOf = (events: readonly string[]) => {
    const patterns = checkEvents(events, eventTypes)
    const all = eventTypes.list()
    return patterns.length === 0 ? all : all.filter(({ name }) => patterns.some((one) => matches(one, name)))
  }

  /** The newest events that a webhook there gets, without tests and without those that were erased. */
  const findNewest = async ({ organizationId, occasionId, events }: Place, limit: number) => {
    const names = typesOf(events).map(({ name }) => name)
    const every = names.length === eventTypes.list().length
    // One type after the other, because each has an index.
    const filters = every ? [{}] : names.map((type) => ({ type }))
    const found = await Promise.all(
      filters.map((filter) =>
        store.read.events.list({
          organizationId,
          occasionId: occasionId ?? undefined,
          ...filter,
          test: false,
          erased: false,
          limit,
          scannedMax: Math.ceil(scannedMax / filters.length),
        }),
      ),
    )
    return found
      .flatMap(({ rows }) => rows)
      .sort((a, b) => (a.id < b.id ? 1 : -1))
      .slice(0, limit)
  }

  /** As many of them as have bodies that are quickly read. */
  const quicklyRead = <Event extends { readonly sizeBytes: number }>(events: readonly Event[]): Event[] => {
    let bytes = 0
    return events.filter(({ sizeBytes }) => {
      bytes += sizeBytes
      return bytes <= bodyBytesMax
    })
  }

  const exampleAt = async ({ occasionId, events }: Place) => {
    const [type] = typesOf(events)
    if (type === undefined) throw new PatchbayError('not_found')
    const occasion = occasionId === null ? null : await store.read.organizations.getOccasion(occasionId)
    const { name, example } = type
    const body = eventBody({ type: name, occurredAt: clock.now(), data: example, occasion })
    return { body, source: { kind: 'example', type: name, eventId: null, acceptedAt: null } } as const
  }

  /** The newest event there, or an example while there is none. */
  const newestAt = async (place: Place) => {
    const [newest] = await findNewest(place, 1)
    const event = newest === undefined ? null : await store.read.events.get(newest.id, place.organizationId)
    return event === null || event.erasedAt != null ? exampleAt(place) : sampleOf(event)
  }

  const shaped = (
    body: string,
    shape: Shape | null,
  ): Pick<ShapePreview, 'after' | 'problem' | 'idleSteps'> => {
    if (shape === null) {
      const after = { contentType: 'json', text: body, sizeBytes: Buffer.byteLength(body) } as const
      return { after, problem: null, idleSteps: [] }
    }
    const made = shaping.shape(body, shape)
    if (made.kind === 'unshapeable') return { after: null, problem: made.problem, idleSteps: [] }
    const { contentType, idleSteps } = made
    const after = { contentType, text: made.body.toString('utf8'), sizeBytes: made.body.length }
    return { after, problem: null, idleSteps: [...idleSteps] }
  }

  return {
    async previewCondition(caller, { organizationId, occasionId = null, events, condition }) {
      await access.require(caller, 'webhooks.view', { organizationId, occasionId })
      const newest = quicklyRead(await findNewest({ organizationId, occasionId, events }, previewedEventsMax))
      const bodies = await store.read.events.getBodies(newest.map(({ id }) => id))
      const tried = newest.flatMap(({ id, type, occasionId: happenedAt, acceptedAt }) => {
        const text = bodies.get(id)
        if (text === undefined) return []
        const body: unknown = JSON.parse(text)
        const matched = condition === null || meets(condition, body)
        const fields = condition === null ? [] : fieldsRead(condition, body)
        return [{ id, type, occasionId: happenedAt, acceptedAt, matched, fields }]
      })
      return { events: tried, matched: tried.filter(({ matched }) => matched).length }
    },

    async previewShape(caller, { organizationId, occasionId = null, events, shape, headers, eventId }) {
      const chosen = eventId === undefined ? null : await store.read.events.get(eventId, organizationId)
      await access.require(
        caller,
        'webhooks.view',
        eventId === undefined
          ? { organizationId, occasionId }
          : named(organizationId, 'event', eventId, chosen),
      )
      if (chosen?.erasedAt != null) throw new PatchbayError('event_erased')
      const { body, source } =
        chosen === null ? await newestAt({ organizationId, occasionId, events }) : sampleOf(chosen)
      const before = { contentType: 'json', text: body, sizeBytes: Buffer.byteLength(body) } as const
      const { after, problem, idleSteps } = shaped(body, shape)
      return {
        source,
        before,
        after,
        problem,
        idleSteps,
        headers: after === null ? {} : shaping.headers(after, headers),
      }
    },
  }
}
