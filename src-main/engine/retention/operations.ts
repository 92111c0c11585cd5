import type { ConsoleContract } from '#contract/console.ts'
import {
  defaultRetentionDays,
  type Removed,
  type RetentionKind,
  type RetentionPreview,
  type Retention as RetentionState,
  retentionKinds,
} from '#contract/retention.ts'
import { openCountMax } from '#contract/settings.ts'
import type { Reader, RetentionRecord } from '#main/store/interface.ts'
import { firstIdAt } from '../ids.ts'
import type { Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'
import { nothingRemoved, oldBefore, type Pass, takePass } from './pass.ts'

/** Each organization is looked at about four times a day. */
const passEveryMs = 6 * 3_600_000
/** Unused pages are for the next writes; what is more than this, and more than a tenth of the file, goes back. */
const unusedKeptBytes = 16 * 1024 * 1024
const unusedKeptShare = 0.1
const pagesAtOnce = 100

export interface Retention {
  readonly operations: Operations<ConsoleContract['retention']>
  /** A pass over one organization, with what it removed. Null when one runs already, or it was interrupted. */
  prune(organizationId: string): Promise<Removed | null>
  /** The regular passes over all organizations, and unused space back to the disk. The host calls it every few minutes. */
  pruneDue(): Promise<void>
  /** The passes that somebody asked for. The host calls it every second; cheap when there is none. */
  pruneWanted(): Promise<void>
  /** Long work ends after its present step. */
  interrupt(): void
}

const unset = (organizationId: string): RetentionRecord => ({
  organizationId,
  days: defaultRetentionDays,
  marks: { attempts: '', response_bodies: '' },
  last: null,
})
const retentionOf = async (read: Reader, organizationId: string): Promise<RetentionRecord> =>
  (await read.retention.get(organizationId)) ?? unset(organizationId)

export const createRetention = (toolbox: Toolbox): Retention => {
  const { store, clock, access, audit, installation, newPace } = toolbox
  let pass: Pass | null = null
  /** Passes that somebody asked for, and when. */
  const wanted = new Map<string, number>()
  let interrupted = false
  const ended = () => interrupted

  const prune = async (organizationId: string): Promise<Removed | null> => {
    if (pass !== null) return null
    const startedAt = clock.now()
    const { days, marks } = await retentionOf(store.read, organizationId)
    const present: Pass = {
      organizationId,
      startedAt,
      days,
      marks: { ...marks },
      kind: 'response_bodies',
      removed: nothingRemoved(),
    }
    pass = present
    try {
      await takePass(toolbox, { pass: present, pace: newPace(), ended })
      await store.write(async (writer) => {
        const now = await retentionOf(writer, organizationId)
        const last = interrupted ? now.last : { at: clock.now(), removed: present.removed }
        await writer.retention.set({ ...now, marks: present.marks, last })
      })
      return interrupted ? null : present.removed
    } finally {
      pass = null
    }
  }

  const runningOf = (organizationId: string): RetentionState['running'] => {
    if (pass?.organizationId === organizationId) {
      return { startedAt: pass.startedAt, kind: pass.kind, removed: { ...pass.removed } }
    }
    const startedAt = wanted.get(organizationId)
    return startedAt === undefined ? null : { startedAt, kind: 'response_bodies', removed: nothingRemoved() }
  }

  const giveBack = async (): Promise<void> => {
    const pace = newPace()
    for (;;) {
      const { fileBytes, unusedBytes } = store.space.measure()
      const kept = Math.max(unusedKeptBytes, fileBytes * unusedKeptShare)
      if (interrupted || unusedBytes <= kept || (await store.space.giveBack(pagesAtOnce)) === 0) return
      await pace()
    }
  }

  const countOld = async (record: RetentionRecord, kind: RetentionKind): Promise<number> => {
    const { organizationId, days, marks } = record
    const before = oldBefore(kind, days, clock.now())
    const old = { organizationId, before, limit: openCountMax }
    const { retention } = store.read
    const along = (prefix: 'evt' | 'dlv', afterId: string) => ({
      ...old,
      afterId,
      beforeId: firstIdAt(prefix, before),
    })
    switch (kind) {
      case 'events':
        return retention.countOldEvents(along('evt', ''))
      case 'attempts':
        return retention.countOldAttempts(along('dlv', marks.attempts))
      case 'response_bodies':
        return retention.countOldResponseBodies(along('dlv', marks.response_bodies))
      case 'key_calls':
        return retention.countOldKeyCalls(old)
      case 'hourly_counts':
        return retention.countOldHourlyCounts(old)
      case 'connection_history':
        return retention.countOldConnectionHistory(old)
    }
  }

  return {
    prune,
    async pruneDue() {
      const due = clock.now() - passEveryMs
      for (const organizationId of await store.read.retention.listOrganizationIds()) {
        if (interrupted) return
        const { last } = await retentionOf(store.read, organizationId)
        // A clock that was set back must not stop them for long.
        if (last === null || last.at <= due || last.at > clock.now()) await prune(organizationId)
      }
      await giveBack()
    },
    async pruneWanted() {
      for (const [organizationId] of wanted) {
        if (interrupted || (await prune(organizationId)) === null) return
        wanted.delete(organizationId)
        await giveBack()
      }
    },
    interrupt() {
      interrupted = true
    },
    operations: {
      async get(caller, { organizationId }) {
        await access.require(caller, 'settings.view', { organizationId })
        const { days, last } = await retentionOf(store.read, organizationId)
        return {
          days,
          last,
          running: runningOf(organizationId),
          database: store.space.measure(),
          diskFreeBytes: (await installation.disk()).freeBytes,
        }
      },

      async preview(caller, { organizationId, days }) {
        await access.require(caller, 'settings.view', { organizationId })
        const record = await retentionOf(store.read, organizationId)
        const counts: Partial<RetentionPreview> = {}
        const pace = newPace()
        for (const kind of retentionKinds) {
          counts[kind] = await countOld({ ...record, days }, kind)
          await pace()
        }
        return { ...zeros, ...counts }
      },

      async set(caller, { organizationId, days }) {
        await access.require(caller, 'settings.manage', { organizationId })
        await store.write(async (writer) => {
          const before = await retentionOf(writer, organizationId)
          if (retentionKinds.every((kind) => before.days[kind] === days[kind])) return
          await writer.retention.set({ ...before, days })
          await audit.record(writer, caller, {
            action: 'retention.set',
            organizationId,
            targetKind: 'retention',
            targetId: null,
            before: before.days,
            after: days,
          })
        })
        return { done: true }
      },

      async run(caller, { organizationId }) {
        await access.require(caller, 'settings.manage', { organizationId })
        if (runningOf(organizationId) !== null) return { done: true }
        await store.write((writer) =>
          audit.record(writer, caller, {
            action: 'retention.run',
            organizationId,
            targetKind: 'retention',
            targetId: null,
          }),
        )
        wanted.set(organizationId, clock.now())
        return { done: true }
      },
    },
  }
}

const zeros: RetentionPreview = {
  events: 0,
  attempts: 0,
  response_bodies: 0,
  key_calls: 0,
  hourly_counts: 0,
  connection_history: 0,
}
