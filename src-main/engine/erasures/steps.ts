import type { ErasureCriterion } from '#contract/erasures.ts'
import type { ErasureRecord, Reader } from '#main/store/interface.ts'
import type { Pace, Toolbox } from '../parts.ts'
import { matcherOf, tellingText } from './match.ts'

/** Events that are looked at in one step, and those that one transaction erases. */
export const lookedAtOnce = 100
const erasedAtOnce = 20

interface Part {
  readonly organizationId: string
  readonly criterion: ErasureCriterion
  readonly afterId: string
  readonly beforeId: string
}

interface Found {
  readonly looked: number
  readonly matches: readonly { readonly id: string; readonly acceptedAt: number }[]
  /** Where the next step goes on; null at the end. */
  readonly nextId: string | null
  readonly lookedUntil: number | null
}

const findEvent = async (read: Reader, organizationId: string, eventId: string): Promise<Found> => {
  const event = await read.events.get(eventId, organizationId)
  const matches = event === null || event.erasedAt !== null ? [] : [event]
  return { looked: 1, matches, nextId: null, lookedUntil: event?.acceptedAt ?? null }
}

/** The next events that the criterion fits. */
export const findNext = async (
  read: Reader,
  { organizationId, criterion, ...range }: Part,
): Promise<Found> => {
  if (criterion.kind === 'event') return findEvent(read, organizationId, criterion.eventId)
  const text = tellingText(criterion.value)
  const { looked, lastId, lookedUntil, suspects } = await read.erasures.look({
    organizationId,
    ...range,
    limit: lookedAtOnce,
    text,
  })
  const fits = matcherOf(criterion)
  return { looked, matches: suspects.filter(({ body }) => fits(body)), nextId: lastId, lookedUntil }
}

const inGroups = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.max(1, Math.ceil(items.length / size)) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )

/** Takes the next step of an erasure. @returns what became of it; null when there is nothing to do. */
const step = async (toolbox: Toolbox, erasureId: string, pace: Pace): Promise<ErasureRecord | null> => {
  const { store, clock, audit, delivery } = toolbox
  const known = await store.read.erasures.get(erasureId)
  if (known === null || known.criterion === null) return null
  const { organizationId, criterion, afterId, beforeId } = known
  const found = await findNext(store.read, { organizationId, criterion, afterId, beforeId })
  const groups = inGroups(found.matches, erasedAtOnce)
  let present: ErasureRecord | null = null
  for (const [index, group] of groups.entries()) {
    const isLast = index === groups.length - 1
    let discardedHere = 0
    present = await store.write(async (writer) => {
      const fresh = await writer.erasures.get(erasureId)
      // Somebody cancelled it, or another process took this step.
      if (fresh?.state !== 'running' || fresh.afterId !== afterId) return null
      const now = clock.now()
      const { erased, discarded } = await writer.erasures.erase(
        group.map(({ id }) => id),
        now,
      )
      discardedHere = discarded
      const counted = { ...fresh, erased: fresh.erased + erased, discarded: fresh.discarded + discarded }
      const next: ErasureRecord = !isLast
        ? counted
        : {
            ...counted,
            looked: fresh.looked + found.looked,
            lookedUntil: found.lookedUntil ?? fresh.lookedUntil,
            ...(found.nextId === null ? { state: 'done', finishedAt: now } : { afterId: found.nextId }),
          }
      await writer.erasures.update(next)
      if (next.state === 'done') await audit.record(writer, 'program', proofOf(next))
      return next
    })
    // They may have been taken for sending already.
    if (discardedHere > 0) delivery.reconsider()
    if (present === null) return null
    await pace()
  }
  return present
}

/** What the audit log keeps of an erasure: never what was looked for. */
export const proofOf = ({
  id,
  organizationId,
  kind,
  path,
  fingerprint,
  state,
  looked,
  erased,
  discarded,
  createdBy,
}: ErasureRecord) => ({
  action: `erasures.${state === 'done' ? 'finish' : state === 'cancelled' ? 'cancel' : 'start'}`,
  organizationId,
  targetKind: 'erasure',
  targetId: id,
  after: { kind, path, fingerprint, looked, erased, discarded, startedBy: createdBy },
})

/** Takes steps until the erasure has ended. */
export const finishErasure = async (
  toolbox: Toolbox,
  erasureId: string,
  { pace, ended }: { pace: Pace; ended: () => boolean },
): Promise<void> => {
  while (!ended()) {
    const present = await step(toolbox, erasureId, pace)
    // Another process may have taken this step: what became of it, the database knows.
    const state = present?.state ?? (await toolbox.store.read.erasures.get(erasureId))?.state
    if (state !== 'running') return
    if (present === null) await pace()
  }
}
