import { watch } from 'node:fs'
import { expect } from 'vitest'
import { type Chance, createChance } from '#main/engine/demo/chance.ts'
import { openBooks } from './books.ts'
import { type Installation, setUpInstallation } from './installation.ts'
import { startLoad } from './load.ts'
import { startReceiver } from './receiver.ts'

/** Accepted and not yet with the receivers: above this the clients wait, so that the end comes soon. */
const underWayMax = 150

/** A promise that is made anew each time it has been kept. */
const createBell = () => {
  let bell = Promise.withResolvers<void>()
  return {
    next: () => bell.promise,
    ring() {
      bell.resolve()
      bell = Promise.withResolvers<void>()
    },
  }
}

/** Load on a host whose receivers misbehave by chance, and all that must hold in the end. */
export interface Rig {
  readonly chance: Chance
  /** Tells the clients where the host is now; null while it is down. */
  at(url: string | null): void
  /** Resolves when so many answers and receipts have come since it was called. */
  happenings(count: number): Promise<void>
  /** Resolves when so many requests of deliveries have come since it was called. */
  deliveries(count: number): Promise<void>
  /** How many events were accepted. */
  accepted(): number
  /** What must hold at every moment. */
  checkNow(): void
  /** Stops the load, calms the receiver, and resolves when all that was accepted has arrived and nothing is open any more. */
  settle(): Promise<void>
  /** What must hold in the end. The host has stopped. */
  checkBooks(): void
  summary(): string
}

const receivedBy = (installation: Installation): number =>
  installation.sending.reduce((sum, { inbox }) => sum + inbox.requests(), 0)

const checkInboxes = ({ sending, paused }: Installation, ids: ReadonlySet<string>): void => {
  for (const { inbox } of sending) {
    expect([...ids].filter((id) => !inbox.answered.has(id))).toEqual([])
    expect([...inbox.bodies.keys()].filter((id) => !ids.has(id))).toEqual([])
  }
  expect(paused.inbox.requests()).toBe(0)
}

export interface RigOptions {
  readonly seed: number
  /** Of the host, which nobody has set up yet. */
  readonly directory: string
  readonly url: string
}

export const createRig = async ({ seed, directory, url }: RigOptions): Promise<Rig> => {
  const chance = createChance(seed)
  const happened = createBell()
  const accepted = new Map<string, string>()
  const problems: string[] = []
  const onProblem = (problem: string): void => {
    problems.push(problem)
    happened.ring()
  }
  const receiver = await startReceiver({ chance, onReceived: happened.ring, onProblem })
  const installation = await setUpInstallation(url, receiver)
  const { sending, paused } = installation

  let present: string | null = url
  const moved = createBell()
  const count = (): number => answers + receivedBy(installation)
  let answers = 0
  const isRoomy = (): boolean =>
    sending.every(({ inbox }) => accepted.size - inbox.answered.size < underWayMax)
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition() && problems.length === 0) await happened.next()
    expect(problems).toEqual([])
  }
  const load = startLoad({
    chance,
    accepted,
    onProblem,
    key: installation.key,
    event: installation.event,
    async url() {
      while (present === null) await moved.next()
      return present
    },
    room: () => until(isRoomy),
    onAccepted() {
      answers += 1
      happened.ring()
    },
  })

  return {
    chance,
    at(next) {
      present = next
      moved.ring()
    },
    happenings(wanted) {
      const before = count()
      return until(() => count() - before >= wanted)
    },
    deliveries(wanted) {
      const before = receivedBy(installation)
      return until(() => receivedBy(installation) - before >= wanted)
    },
    accepted: () => accepted.size,
    checkNow() {
      const books = openBooks(directory)
      expect(books.wrongEvents(sending.length + 1)).toBe(0)
      books.close()
      expect(problems).toEqual([])
    },
    async settle() {
      await load.stop()
      receiver.calmDown()
      await until(() => sending.every(({ inbox }) => inbox.answered.size === accepted.size))
      // What arrived just before a kill goes out once more, and may have been put off by a second.
      const books = openBooks(directory)
      const written = createBell()
      const watcher = watch(books.log, written.ring)
      for (let next = written.next(); books.open() > 0; next = written.next()) await next
      watcher.close()
      books.close()
      expect(problems).toEqual([])
    },
    checkBooks() {
      const ids = new Set(accepted.values())
      expect(problems).toEqual([])
      checkInboxes(installation, ids)
      const books = openBooks(directory)
      expect(new Set(books.eventIds())).toEqual(ids)
      for (const { id } of sending) expect(books.deliveries(id)).toEqual({ delivered: ids.size })
      expect(books.deliveries(paused.id)).toEqual({ 'held paused': ids.size })
      expect(books.wrongEvents(sending.length + 1)).toBe(0)
      expect(books.wrongAttempts()).toBe(0)
      for (const [told, there] of Object.values(books.sums())) expect(told).toBe(there)
      expect(books.isSound()).toBe(true)
      books.close()
    },
    summary() {
      const received = receivedBy(installation)
      const repeats = received - sending.reduce((sum, { inbox }) => sum + inbox.bodies.size, 0)
      return `${accepted.size} events accepted, ${received} requests received, ${repeats} of them repeats`
    },
  }
}
