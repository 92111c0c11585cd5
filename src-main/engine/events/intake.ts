import type { EventAccepted, EventInput } from '#contract/events.ts'
import { PatchbayError } from '../errors.ts'
import type { Caller } from '../operation.ts'
import type { Toolbox } from '../parts.ts'
import type { Submission } from './group-plan.ts'
import { rememberPlaces } from './places.ts'
import { type PreparedEvent, prepareBatch, prepareEvent } from './prepare.ts'
import { type Outcome, writeGroup } from './write-group.ts'

/** The one way in for events. */
export interface Intake {
  /**
   * Resolves when the event and its deliveries are on disk, in a commit that survives a power cut.
   * @throws PatchbayError a refusal of `events.send`, `invalid`, `payload_too_large`, `idempotency_conflict`,
   *   `busy`, `stopping`, `storage_failed` (then nothing was accepted; the detail says so if it may arrive all the same).
   */
  accept(caller: Caller, organizationId: string, input: EventInput): Promise<EventAccepted>
  /** As `accept`, all or nothing; errors name the event, like `/events/3/data/email`. */
  acceptBatch(
    caller: Caller,
    organizationId: string,
    inputs: readonly EventInput[],
  ): Promise<readonly EventAccepted[]>
  /** Takes nothing more, and resolves when everything taken is answered. */
  stop(): Promise<void>
  /** How many events it has accepted so far. */
  accepted(): number
}

/** Of one commit. A batch that is larger by itself gets a commit of its own. */
const groupEventsMax = 500
const groupBytesMax = 4 * 1024 * 1024
/**
 * So many turns of the event loop more are waited for what is on its way: who was answered sends the next one, and a commit
 * costs nearly the same for one event as for fifty. With nobody else sending it is one turn, some microseconds.
 */
const gatherTurnsMax = 8
/** Of everything that waits for its commit; what comes on top is `busy`. */
const queueEventsMax = 10_000
const queueBytesMax = 64 * 1024 * 1024
/** Whoever keeps the database locked is not done in a second. */
const lockedRetrySeconds = 5

/** The places of an event that happened at no occasion. */
const ofOrganization = [null] as const

interface Waiting {
  readonly submission: Submission
  /** Events. */
  readonly size: number
  readonly bytes: number
  resolve(accepted: readonly EventAccepted[]): void
  reject(error: PatchbayError): void
}

const bytesOf = (events: readonly PreparedEvent[]): number => {
  let bytes = 0
  for (const { sizeBytes } of events) bytes += sizeBytes
  return bytes
}

/** It is in the database, but may not survive a power cut: to be sent again, like all that was not answered by 202. */
const unsure =
  'The disk did not confirm it, so it may or may not arrive. Send it again; with an idempotency key it arrives once.'

/** Why nothing of a group was accepted: somebody else writes, or the disk does not take it. */
const refusalOf = (cause: unknown): PatchbayError => {
  const isLocked = cause instanceof Error && 'code' in cause && cause.code === 'database_locked'
  if (isLocked) {
    return new PatchbayError('busy', { detail: cause.message, retryAfterSeconds: lockedRetrySeconds, cause })
  }
  const isUnsure = cause instanceof Error && 'code' in cause && cause.code === 'sync_failed'
  return new PatchbayError('storage_failed', { ...(isUnsure && { detail: unsure }), cause })
}

const orError = <T>(work: () => T): T | PatchbayError => {
  try {
    return work()
  } catch (error) {
    if (error instanceof PatchbayError) return error
    throw error
  }
}

/** Events that wait for their commit, in the order in which they came. */
const createQueue = () => {
  let waiting: Waiting[] = []
  let size = 0
  let bytes = 0
  return {
    size: () => size,
    /** @throws PatchbayError `busy`. */
    add(one: Waiting) {
      if (size + one.size > queueEventsMax || bytes + one.bytes > queueBytesMax) {
        throw new PatchbayError('busy', { retryAfterSeconds: 1 })
      }
      waiting.push(one)
      size += one.size
      bytes += one.bytes
    },
    /** Takes what the next commit writes: at least one, and no more than its bounds. */
    takeGroup(): Waiting[] {
      let count = 0
      let groupSize = 0
      let groupBytes = 0
      for (const one of waiting) {
        groupSize += one.size
        groupBytes += one.bytes
        if (count > 0 && (groupSize > groupEventsMax || groupBytes > groupBytesMax)) break
        count += 1
      }
      const group = waiting.slice(0, count)
      waiting = waiting.slice(count)
      for (const one of group) {
        size -= one.size
        bytes -= one.bytes
      }
      return group
    },
  }
}

/**
 * Accepts events with shared commits: the requests that come turn by turn of the event loop, and all that come
 * while a commit is under way, are written together. A commit costs the wait for the disk, however many it
 * holds.
 */
export const createIntake = (toolbox: Toolbox): Intake => {
  const { clock, delivery, eventTypes, plans, store } = toolbox
  const placesIn = rememberPlaces(plans)
  const queue = createQueue()
  let accepted = 0
  let committing = false
  let gathering = false
  let stopping = false
  const whenIdle: (() => void)[] = []

  const commit = async (group: readonly Waiting[]): Promise<void> => {
    let outcomes: readonly Outcome[]
    try {
      const result = await store.write((writer) => {
        const now = clock.now()
        const submissions = group.map(({ submission }) => submission)
        return writeGroup(toolbox, { writer, places: placesIn(writer, now), now }, submissions)
      })
      outcomes = result.outcomes
      if (result.due) delivery.wake()
    } catch (cause) {
      for (const { reject } of group) reject(refusalOf(cause))
      return
    }
    for (const [index, { resolve, reject }] of group.entries()) {
      const outcome = outcomes[index] ?? new PatchbayError('internal')
      if (outcome instanceof PatchbayError) reject(outcome)
      else {
        accepted += outcome.length
        resolve(outcome)
      }
    }
  }

  const commitNext = async (): Promise<void> => {
    committing = true
    await commit(queue.takeGroup())
    committing = false
    if (queue.size() > 0) schedule()
    else for (const resolve of whenIdle.splice(0)) resolve()
  }

  /** Commits once a turn of the event loop has brought nothing more. `sizeBefore`: of the queue, a turn ago. */
  const gather = (sizeBefore: number, turns: number): void => {
    const size = queue.size()
    if (size > sizeBefore && size < groupEventsMax && turns < gatherTurnsMax) {
      setImmediate(gather, size, turns + 1)
      return
    }
    gathering = false
    void commitNext()
  }

  // After the input of this turn of the event loop, so that all of it goes into one commit.
  const schedule = (): void => {
    if (gathering || committing) return
    gathering = true
    setImmediate(gather, 0, 0)
  }

  const submit = (submission: Submission): Promise<readonly EventAccepted[]> =>
    new Promise((resolve, reject) => {
      const { events } = submission
      const isWrong = events instanceof PatchbayError
      const size = isWrong ? 1 : events.length
      queue.add({ submission, size, bytes: isWrong ? 0 : bytesOf(events), resolve, reject })
      schedule()
    })

  const assertRunning = (): void => {
    if (stopping) throw new PatchbayError('stopping', { retryAfterSeconds: 5 })
  }

  return {
    async accept(caller, organizationId, input) {
      assertRunning()
      const prepared = orError(() => prepareEvent(eventTypes, input, clock.now()))
      const [accepted] = await submit({
        principal: caller.principal,
        organizationId,
        isBatch: false,
        occasionIds: input.occasionId === undefined ? ofOrganization : [input.occasionId],
        events: prepared instanceof PatchbayError ? prepared : [prepared],
      })
      if (accepted === undefined) throw new PatchbayError('internal')
      return accepted
    },
    async acceptBatch(caller, organizationId, inputs) {
      assertRunning()
      return submit({
        principal: caller.principal,
        organizationId,
        isBatch: true,
        occasionIds: [...new Set(inputs.map(({ occasionId }) => occasionId ?? null))],
        events: orError(() => prepareBatch(eventTypes, inputs, clock.now())),
      })
    },
    accepted: () => accepted,
    stop() {
      stopping = true
      if (!committing && queue.size() === 0) return Promise.resolve()
      const { promise, resolve } = Promise.withResolvers<void>()
      whenIdle.push(resolve)
      return promise
    },
  }
}
