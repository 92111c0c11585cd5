import type { Removed, RetentionDays, RetentionKind } from '#contract/retention.ts'
import type {
  EventPruneStep,
  Old,
  OldAlong,
  PruneStep,
  RetentionMarks,
  RetentionWriter,
} from '#main/store/interface.ts'
import { firstIdAt } from '../ids.ts'
import type { Pace, Toolbox } from '../parts.ts'

const dayMs = 24 * 3_600_000
/** Rows that one transaction looks at, and removes of each table. A step of this size takes a few milliseconds. */
export const prunedAtOnce = 200

/** One pass over what an organization keeps. */
export interface Pass {
  readonly organizationId: string
  readonly startedAt: number
  readonly days: RetentionDays
  readonly marks: RetentionMarks
  /** How far it is. */
  kind: RetentionKind
  readonly removed: Removed
}

export const nothingRemoved = (): Removed => ({
  events: 0,
  deliveries: 0,
  attempts: 0,
  response_bodies: 0,
  key_calls: 0,
  hourly_counts: 0,
  connection_history: 0,
})

/** Before when the rows of a kind are old, Unix ms. */
export const oldBefore = (kind: RetentionKind, days: RetentionDays, now: number): number =>
  Math.max(0, now - days[kind] * dayMs)

/** Takes steps until nothing is left to do, with a rest after each. */
interface Steps {
  readonly pass: Pass
  readonly before: (kind: RetentionKind) => number
  step<T>(work: (writer: RetentionWriter) => Promise<T>): Promise<T>
  /** Whether the pass must end now. */
  ended(): boolean
}

const pruneDeliveries = async (
  { pass, before, step, ended }: Steps,
  kind: 'attempts' | 'response_bodies',
  prune: (writer: RetentionWriter, old: OldAlong) => Promise<PruneStep>,
): Promise<void> => {
  pass.kind = kind
  const beforeId = firstIdAt('dlv', before(kind))
  let afterId: string | null = pass.marks[kind]
  let markId: string | null = null
  while (afterId !== null) {
    const old: OldAlong = {
      organizationId: pass.organizationId,
      before: before(kind),
      afterId,
      beforeId,
      limit: prunedAtOnce,
    }
    const { removed, nextId, markId: stays }: PruneStep = await step((writer) => prune(writer, old))
    pass.removed[kind] += removed
    markId ??= stays
    if (ended()) return
    afterId = nextId
  }
  const reached = markId ?? beforeId
  if (reached > pass.marks[kind]) pass.marks[kind] = reached
}

const pruneEvents = async ({ pass, before, step, ended }: Steps): Promise<void> => {
  pass.kind = 'events'
  const { organizationId, removed } = pass
  const old = { organizationId, before: before('events'), limit: prunedAtOnce }
  const beforeId = firstIdAt('evt', old.before)
  let afterId: string | null = ''
  while (afterId !== null && !ended()) {
    const part: OldAlong = { ...old, afterId, beforeId }
    const done: EventPruneStep = await step((writer) => writer.pruneEvents(part))
    removed.events += done.events
    removed.deliveries += done.deliveries
    removed.attempts += done.attempts
    afterId = done.nextId
  }
  while (!ended() && (await step((writer) => writer.pruneRecoveries(old))) >= prunedAtOnce);
}

const pruneSums = async (
  { pass, before, step, ended }: Steps,
  kind: 'key_calls' | 'hourly_counts' | 'connection_history',
  prune: (writer: RetentionWriter, old: Old) => Promise<number>,
): Promise<void> => {
  pass.kind = kind
  const old = { organizationId: pass.organizationId, before: before(kind), limit: prunedAtOnce }
  while (!ended()) {
    const removed = await step((writer) => prune(writer, old))
    pass.removed[kind] += removed
    if (removed < prunedAtOnce) return
  }
}

/** Removes what is old, a bounded number of rows in each transaction. What was removed stays so when it is ended. */
export const takePass = async (
  { store }: Toolbox,
  { pass, pace, ended }: { pass: Pass; pace: Pace; ended: () => boolean },
): Promise<void> => {
  const steps: Steps = {
    pass,
    ended,
    before: (kind) => oldBefore(kind, pass.days, pass.startedAt),
    async step(work) {
      const done = await store.write((writer) => work(writer.retention))
      await pace()
      return done
    },
  }
  await pruneDeliveries(steps, 'response_bodies', (writer, old) => writer.pruneResponseBodies(old))
  if (!ended()) await pruneDeliveries(steps, 'attempts', (writer, old) => writer.pruneAttempts(old))
  await pruneEvents(steps)
  await pruneSums(steps, 'key_calls', (writer, old) => writer.pruneKeyCalls(old))
  await pruneSums(steps, 'hourly_counts', (writer, old) => writer.pruneHourlyCounts(old))
  await pruneSums(steps, 'connection_history', (writer, old) => writer.pruneConnectionHistory(old))
}
