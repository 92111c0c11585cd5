import { createHash } from 'node:crypto'
import type { ConsoleContract } from '#contract/console.ts'
import {
  type Erasure,
  type ErasureCriterion,
  type ErasurePlan,
  erasureLookedMax,
  erasuresListed,
} from '#contract/erasures.ts'
import { eventIdSchema } from '#contract/ids.ts'
import type { ErasureRecord } from '#main/store/interface.ts'
import { named, type Owned } from '../access/named.ts'
import { callerName } from '../caller-name.ts'
import { PatchbayError } from '../errors.ts'
import { firstIdAt } from '../ids.ts'
import type { Caller, Operations } from '../operation.ts'
import { readCursor, toCursor } from '../paging.ts'
import type { Toolbox } from '../parts.ts'
import { findNext, finishErasure, proofOf } from './steps.ts'

const runningRead = 20
const saltBytes = 16
/** Longer than any request takes: what one brought that was under way is recorded by then. */
const inFlightMs = 60_000
const lateAtOnce = 50

export interface Erasures {
  readonly operations: Operations<ConsoleContract['erasures']>
  /** Goes on with what runs until it has ended. The host calls it every second; cheap when nothing runs. */
  runDue(): Promise<void>
  /** Takes one erasure to its end, here and now. */
  finish(erasureId: string): Promise<void>
  interrupt(): void
}

const toErasure = ({
  organizationId: _organization,
  criterion: _criterion,
  afterId: _after,
  beforeId: _before,
  ...erasure
}: ErasureRecord): Erasure => erasure

/** The criterion as a person would write it again: the same text gives the same hash. */
const fingerprintOf = (criterion: ErasureCriterion, salt: Buffer): string => {
  const hash = createHash('sha256')
    .update(`${salt.toString('hex')}\n${JSON.stringify(criterion)}`)
    .digest('hex')
  return `${salt.toString('hex')}:${hash}`
}

const earlier = (one: number | null, other: number): number => (one === null ? other : Math.min(one, other))

export const createErasures = (toolbox: Toolbox): Erasures => {
  const { store, clock, access, audit, ids, randomBytes, newPace } = toolbox
  let interrupted = false
  let foldWanted = false
  const ended = () => interrupted

  /** Nobody learns of an event of elsewhere by having it erased. */
  const requireFor = async (caller: Caller, organizationId: string, criterion: ErasureCriterion) => {
    if (criterion.kind !== 'event') {
      await access.require(caller, 'settings.manage', { organizationId })
      return
    }
    const { eventId } = criterion
    const event: Owned | null = await store.read.events.get(eventId, organizationId)
    await access.require(caller, 'settings.manage', {
      ...named(organizationId, 'event', eventId, event),
      occasionId: null,
    })
    if (event === null) throw new PatchbayError('not_found')
  }

  const requireErasure = async (caller: Caller, organizationId: string, erasureId: string) => {
    const known = await store.read.erasures.get(erasureId)
    await access.require(caller, 'settings.manage', named(organizationId, 'erasure', erasureId, known))
    if (known === null) throw new PatchbayError('not_found')
    return known
  }

  const plan = async (
    organizationId: string,
    criterion: ErasureCriterion,
    fromId: string,
  ): Promise<ErasurePlan> => {
    const sum: ErasurePlan = {
      looked: 0,
      events: 0,
      deliveries: 0,
      open: 0,
      firstAt: null,
      lastAt: null,
      nextCursor: null,
    }
    const beforeId = firstIdAt('evt', clock.now() + 1)
    const pace = newPace()
    let afterId = fromId
    while (sum.looked < erasureLookedMax) {
      const found = await findNext(store.read, { organizationId, criterion, afterId, beforeId })
      const counts = await store.read.erasures.countDeliveries(found.matches.map(({ id }) => id))
      sum.looked += found.looked
      sum.events += found.matches.length
      sum.deliveries += counts.all
      sum.open += counts.open
      for (const { acceptedAt } of found.matches) {
        sum.firstAt = earlier(sum.firstAt, acceptedAt)
        sum.lastAt = Math.max(sum.lastAt ?? 0, acceptedAt)
      }
      if (found.nextId === null) return sum
      afterId = found.nextId
      await pace()
    }
    return { ...sum, nextCursor: toCursor(afterId) }
  }

  const finish: Erasures['finish'] = async (erasureId) => {
    await finishErasure(toolbox, erasureId, { pace: newPace(), ended })
    foldWanted = !(await store.space.foldLog())
  }

  return {
    finish,
    async runDue() {
      for (const { id } of await store.read.erasures.listRunning(runningRead)) await finish(id)
      const late = await store.read.erasures.listLate(clock.now() - inFlightMs, lateAtOnce)
      if (late.length > 0) {
        await store.write((writer) => writer.erasures.eraseLate(late))
        foldWanted = true
      }
      if (foldWanted && (await store.space.foldLog())) foldWanted = false
    },
    interrupt() {
      interrupted = true
    },
    operations: {
      async plan(caller, { organizationId, criterion, cursor }) {
        await requireFor(caller, organizationId, criterion)
        return plan(organizationId, criterion, readCursor(cursor, eventIdSchema) ?? '')
      },

      async start(caller, { organizationId, criterion }) {
        await requireFor(caller, organizationId, criterion)
        const now = clock.now()
        const erasure = {
          id: ids.next('ers', now),
          organizationId,
          kind: criterion.kind,
          path: criterion.kind === 'field' ? criterion.path : null,
          criterion,
          fingerprint: fingerprintOf(criterion, randomBytes(saltBytes)),
          state: 'running' as const,
          looked: 0,
          erased: 0,
          discarded: 0,
          afterId: '',
          // What is accepted from now on was sent by somebody who knows better.
          beforeId: firstIdAt('evt', now + 1),
          lookedUntil: null,
          createdAt: now,
          createdBy: callerName(caller),
          finishedAt: null,
        }
        await store.write(async (writer) => {
          await writer.erasures.insert(erasure)
          await audit.record(writer, caller, proofOf(erasure))
        })
        return toErasure(erasure)
      },

      async get(caller, { organizationId, erasureId }) {
        return toErasure(await requireErasure(caller, organizationId, erasureId))
      },

      async list(caller, { organizationId }) {
        await access.require(caller, 'settings.manage', { organizationId })
        return (await store.read.erasures.list(organizationId, erasuresListed)).map(toErasure)
      },

      async cancel(caller, { organizationId, erasureId }) {
        await requireErasure(caller, organizationId, erasureId)
        return store.write(async (writer) => {
          const known = await writer.erasures.get(erasureId)
          if (known === null) throw new PatchbayError('not_found')
          if (known.state !== 'running') return toErasure(known)
          const cancelled: ErasureRecord = { ...known, state: 'cancelled', finishedAt: clock.now() }
          await writer.erasures.update(cancelled)
          await audit.record(writer, caller, proofOf(cancelled))
          return toErasure(cancelled)
        })
      },
    },
  }
}
