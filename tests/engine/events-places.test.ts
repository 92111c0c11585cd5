import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { rememberPlaces } from '#main/engine/events/places.ts'
import type { Store, Writer } from '#main/store/interface.ts'
import { type EngineFixture, engineFixture, startMs } from '../support/engine.ts'
import { type FileStore, fileStore } from '../support/file-store.ts'

let files: FileStore
let fixture: EngineFixture
let store: Store
let organizationId: string
let placesIn: ReturnType<typeof rememberPlaces>
/** How often the subscribers were read. */
let reads: number
let failing: boolean

beforeEach(async () => {
  files = await fileStore()
  store = files.connect()
  fixture = engineFixture({ store })
  organizationId = (await fixture.organization()).id
  placesIn = rememberPlaces(fixture.toolbox.plans)
  reads = 0
  failing = false
})
afterEach(() => files.remove())

const counting = (writer: Writer): Writer => {
  const own = writer.deliveries
  const deliveries: Writer['deliveries'] = {
    ...own,
    async listSubscribers(id) {
      reads += 1
      if (failing) throw new Error('unreadable')
      return own.listSubscribers(id)
    },
  }
  return Object.defineProperty(writer, 'deliveries', { value: deliveries })
}

/** Names of the subscribers that a group finds. */
const group = () =>
  store.write(async (writer) => {
    const places = placesIn(counting(writer), fixture.clock.now())
    const [found] = await Promise.all([
      places.subscribers(organizationId),
      places.subscribers(organizationId),
    ])
    return found.map(({ id }) => id)
  })

describe('what a group has read', () => {
  it('holds for the next one, as long as nobody else writes', async () => {
    const { id } = await fixture.webhook(organizationId)
    expect([await group(), await group(), await group()]).toEqual([[id], [id], [id]])
    expect(reads).toBe(1)
  })

  it('is read anew after a write of this process', async () => {
    expect(await group()).toEqual([])
    const { id } = await fixture.webhook(organizationId)
    expect(await group()).toEqual([id])
    await store.write((writer) => writer.webhooks.delete(id, startMs))
    expect(await group()).toEqual([])
    expect(reads).toBe(3)
  })

  it('is read anew after a write of another connection', async () => {
    const { id } = await fixture.webhook(organizationId)
    expect(await group()).toEqual([id])
    await files.connect().write((writer) => writer.webhooks.delete(id, startMs))
    expect(await group()).toEqual([])
  })

  it('is not remembered when it could not be read', async () => {
    failing = true
    await expect(group()).rejects.toThrow('unreadable')
    failing = false
    expect(await group()).toEqual([])
  })

  it('still holds after a group that was rolled back', async () => {
    await group()
    const failed = store.write(async (writer) => {
      placesIn(counting(writer), startMs)
      throw new Error('full')
    })
    await expect(failed).rejects.toThrow('full')
    await group()
    expect(reads).toBe(1)
  })

  it('is judged at the time of each group', async () => {
    const timeOf = () =>
      store.write(async (writer) => {
        const places = placesIn(counting(writer), fixture.clock.now())
        return (await places.facts({ kind: 'anonymous' }, organizationId, null)).now
      })
    expect(await timeOf()).toBe(startMs)
    fixture.clock.advance(1_000)
    expect(await timeOf()).toBe(startMs + 1_000)
  })
})
