import { formatDuration } from '#contract/duration.ts'
import type { HealthCheck, HealthCheckName } from '#contract/health.ts'
import type { DatabaseSize } from '#contract/retention.ts'
import type { Backup } from '#contract/settings.ts'
import type { ClockJump } from '#main/store/interface.ts'
import type { DeliveryView, JobReport } from '../parts.ts'
import { lowDiskBytes } from '../platform/conditions.ts'

/** Everything that the self-check goes by, read at about the same moment. */
export interface Findings {
  readonly now: number
  readonly worker: 'running' | 'starting' | 'stopped'
  readonly online: boolean
  readonly deaths: { readonly count: number; readonly lastAgoMs: number | null }
  /** Null when it did not answer. */
  readonly view: DeliveryView | null
  /** When the first delivery that may be sent now was due. */
  readonly dueSince: number | null
  readonly endedLeases: number
  readonly obstacle: string | null
  readonly trouble: string | null
  readonly disk: { readonly freeBytes: number; readonly totalBytes: number }
  readonly size: DatabaseSize
  readonly checkedAt: number | null
  readonly backups: readonly Backup[]
  readonly jump: ClockJump | null
  readonly jobs: readonly JobReport[]
}

const secondMs = 1_000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const mebibyte = 1024 * 1024
/** What is due for longer is overdue. Under load a backlog may be older for a while. */
const overdueMs = minuteMs
/** The worker looks at what others have committed once a second. */
const unnoticedMs = 10 * secondMs
const recentMs = 10 * minuteMs
const stuckTurnMs = 15 * secondMs
const largeLogBytes = 256 * mebibyte
const largeUnusedBytes = 1024 * mebibyte
const backupAgeMs = 2 * dayMs
const jumpMs = 5 * minuteMs

const spokenSize = (bytes: number): string =>
  bytes >= 1024 * mebibyte
    ? `${(bytes / 1024 / mebibyte).toFixed(1)} GiB`
    : `${Math.round(bytes / mebibyte)} MiB`
const counted = (count: number, noun: string, nouns = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : nouns}`

/** None after a clock that was set back. */
const spokenAge = (now: number, at: number): string => formatDuration(Math.max(0, now - at))
/** An error within a sentence that goes on or ends behind it. */
const quoted = (error: string): string => error.replace(/\.$/, '')

type Found = Omit<HealthCheck, 'name'>
const ok = (fact: string): Found => ({ state: 'ok', blocking: false, fact, advice: null })
const attention = (fact: string, advice: string): Found => ({
  state: 'attention',
  blocking: false,
  fact,
  advice,
})
const blocking = (fact: string, advice: string): Found => ({ ...attention(fact, advice), blocking: true })

const restartAdvice = 'Restart Patchbay. Nothing is lost: what was accepted is sent after the start.'

const judgeWorker = ({ worker, view, deaths }: Findings): Found => {
  const times = deaths.count === 0 ? '' : ` It died ${counted(deaths.count, 'time')} since the start.`
  if (worker === 'starting' && deaths.count === 0) return ok('The delivery worker is starting.')
  if (worker !== 'running') {
    return blocking(
      `The delivery worker does not run.${times}`,
      'It is started again by itself; the log says why it died.',
    )
  }
  if (view === null) return blocking('The delivery worker does not answer.', restartAdvice)
  if (view.trouble !== null)
    return blocking(view.trouble, 'Deliveries wait until this is over, and are then sent.')
  if (view.sinceTurnMs !== null && view.sinceTurnMs > stuckTurnMs) {
    return blocking(
      `The delivery worker has done nothing for ${formatDuration(view.sinceTurnMs)}.`,
      restartAdvice,
    )
  }
  const fact = `It runs: ${counted(view.inFlight, 'request')} under way, ${counted(view.lanesWithWork, 'webhook')} with work.${times}`
  if (deaths.lastAgoMs !== null && deaths.lastAgoMs < recentMs) {
    return attention(fact, 'The log says why it died. When it happens again and again, report it.')
  }
  return ok(fact)
}

const judgeQueue = ({ online, dueSince, now, view }: Findings): Found => {
  if (!online) return ok('There is no network: what is due waits for it.')
  const age = dueSince === null ? 0 : now - dueSince
  if (age < overdueMs) return ok(age <= 0 ? 'Nothing is due.' : 'What is due is being sent.')
  const fact = `The oldest delivery that is due has waited for ${formatDuration(age)}.`
  const withoutToken = view?.lanesWithoutToken ?? 0
  if (withoutToken > 0) {
    return attention(
      `${fact} ${counted(withoutToken, 'webhook gets', 'webhooks get')} no token at the moment.`,
      'A token endpoint that gives none is left alone for a while, at most a day, and then asked again. The last attempts of the webhook tell what it answered.',
    )
  }
  return attention(
    fact,
    'Under load a backlog drains by itself. Look at the waiting deliveries: a slow endpoint holds up only its own.',
  )
}

const judgeLeases = ({ endedLeases }: Findings): Found =>
  endedLeases === 0
    ? ok('No delivery is under a lease that ended.')
    : attention(
        `${counted(endedLeases, 'delivery', 'deliveries')} under a lease that ended.`,
        'They are taken back when the worker starts. If they stay, restart Patchbay.',
      )

const judgeReplication = ({ view, dueSince, now, online }: Findings): Found => {
  if (view === null) return ok('The worker did not tell what it sees.')
  const knowsOfNone = view.lanesWithWork === 0 && view.unrecorded === 0
  const isDue = dueSince !== null && now - dueSince > unnoticedMs
  if (isDue && knowsOfNone && online) {
    return blocking(
      `A delivery has been due for ${formatDuration(now - dueSince)}, and the worker knows of none.`,
      restartAdvice,
    )
  }
  return ok('The worker and the database agree about what is due.')
}

const judgeStorage = ({ obstacle, trouble }: Findings): Found => {
  if (obstacle !== null) {
    return blocking(
      obstacle,
      'Nothing can be accepted until this is over. What was accepted is safe on the disk.',
    )
  }
  if (trouble !== null) {
    return blocking(
      `The last write failed: ${quoted(trouble)}.`,
      'Make room on the disk, or let Patchbay write there again. What was accepted is safe.',
    )
  }
  return ok('The database can be written.')
}

const judgeDisk = ({ disk }: Findings): Found => {
  const fact = `${spokenSize(disk.freeBytes)} of ${spokenSize(disk.totalBytes)} are free.`
  return disk.freeBytes < lowDiskBytes
    ? attention(
        fact,
        'Make room: with a full disk nothing is accepted. Older data can go earlier under Settings → Data.',
      )
    : ok(fact)
}

const judgeDatabase = ({ size }: Findings): Found => {
  const { fileBytes, walBytes, unusedBytes, givesBack } = size
  const fact = `${spokenSize(fileBytes)}, of which ${spokenSize(unusedBytes)} are unused; the log beside it has ${spokenSize(walBytes)}.`
  if (walBytes > largeLogBytes) {
    return attention(
      fact,
      'Another program reads the database for a long time. The log shrinks when it ends.',
    )
  }
  if (!givesBack && unusedBytes > largeUnusedBytes) {
    return attention(
      fact,
      'Stop Patchbay and run `patchbay compact` once: it gives the unused space back to the disk.',
    )
  }
  return ok(givesBack ? fact : `${fact} Unused space stays in the file; \`patchbay compact\` changes that.`)
}

const judgeIntegrity = ({ checkedAt, now }: Findings): Found =>
  ok(
    checkedAt === null
      ? 'No start has checked it yet. The next one does, unless it is large and was stopped cleanly; `patchbay doctor` does at any time.'
      : `Checked at a start ${spokenAge(now, checkedAt)} ago, and found sound.`,
  )

const judgeBackups = ({ backups, now }: Findings): Found => {
  const [last] = backups
  if (last === undefined) return ok('There is no backup yet; one is made within a day.')
  const fact = `The last one was made ${spokenAge(now, last.createdAt)} ago.`
  return now - last.createdAt > backupAgeMs
    ? attention(
        fact,
        'Backups are made every night while Patchbay runs. Make one by hand, and look at the failed jobs.',
      )
    : ok(fact)
}

const judgeClock = ({ jump, now }: Findings): Found => {
  if (jump === null || now - jump.at > dayMs || Math.abs(jump.byMs) < jumpMs) {
    return ok('It has not jumped within a day.')
  }
  const way = jump.byMs > 0 ? 'forwards' : 'back'
  return attention(
    `It was set ${way} by ${formatDuration(Math.abs(jump.byMs))}, ${spokenAge(now, jump.at)} ago.`,
    'Times around that moment are not to be trusted. Let the machine keep its clock by a time server.',
  )
}

const judgeJobs = ({ jobs }: Findings): Found => {
  const failed = jobs.flatMap(({ name, error }) =>
    error === null ? [] : [`“${name}” failed: ${quoted(error)}`],
  )
  if (failed.length === 0) return ok(`${counted(jobs.length, 'job')} ran well.`)
  return attention(`${failed.join('; ')}.`, 'They are tried again by themselves. The log has the details.')
}

const judges: Readonly<Record<HealthCheckName, (findings: Findings) => Found>> = {
  worker: judgeWorker,
  queue: judgeQueue,
  leases: judgeLeases,
  replication: judgeReplication,
  storage: judgeStorage,
  disk: judgeDisk,
  database: judgeDatabase,
  integrity: judgeIntegrity,
  backups: judgeBackups,
  clock: judgeClock,
  jobs: judgeJobs,
}

/** What the findings mean, in the order of the names. */
export const judge = (names: readonly HealthCheckName[], findings: Findings): HealthCheck[] =>
  names.map((name) => ({ name, ...judges[name](findings) }))
