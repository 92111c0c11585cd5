import cookie from '@fastify/cookie'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { openCountMax } from '#contract/settings.ts'
import { errorClasses } from '#contract/vocabulary.ts'
import type { LoopLag } from '#main/delivery/loop-lag.ts'
import type { WorkerView } from '#main/delivery/messages.ts'
import { durationBoundsMs } from '#main/delivery/tally.ts'
import { PatchbayError } from '#main/engine/errors.ts'
import { principalOf } from '#main/engine/sessions/session.ts'
import { expose, expositionType, type Histogram, type Metric } from './exposition.ts'
import { version } from './program.ts'
import type { ProgramEngine } from './program-engine.ts'
import { cookieName } from './rpc.ts'
import { secureAnswer } from './security.ts'

export interface MetricsParts {
  readonly engine: Pick<ProgramEngine, 'toolbox' | 'health' | 'intake' | 'sessions' | 'metricsAccess'>
  readonly lag: LoopLag
  /** Null when the worker does not run or does not answer. */
  inspect(): Promise<WorkerView | null>
}

const gauge = (name: string, help: string, value: number): Metric => ({
  name: `patchbay_${name}`,
  help,
  type: 'gauge',
  samples: [{ value }],
})
const counter = (name: string, help: string, value: number): Metric => ({
  ...gauge(name, help, value),
  type: 'counter',
})
const seconds = (ms: number): number => ms / 1_000

const ofWorker = (view: WorkerView): (Metric | Histogram)[] => [
  counter(
    'attempts_delivered_total',
    'Attempts that delivered, since the worker started.',
    view.attempts.delivered,
  ),
  {
    name: 'patchbay_attempts_failed_total',
    help: 'Attempts that failed, by the class of the error, since the worker started.',
    type: 'counter',
    samples: errorClasses.map((errorClass) => ({
      labels: { class: errorClass },
      value: view.attempts.failed[errorClass] ?? 0,
    })),
  },
  {
    name: 'patchbay_attempt_duration_seconds',
    help: 'How long attempts took, from their start to the last byte.',
    type: 'histogram',
    bounds: durationBoundsMs.map(seconds),
    counts: view.attempts.durations,
    sum: seconds(view.attempts.durationMsSum),
  },
  gauge('requests_in_flight', 'Requests to receivers that are under way.', view.inFlight),
  gauge('webhooks_with_work', 'Webhooks with deliveries that wait or are under way.', view.lanesWithWork),
  gauge(
    'worker_event_loop_lag_seconds',
    'The longest delay of the worker within a minute.',
    seconds(view.lagMs),
  ),
]

const ofProcess = (): Metric[] => {
  const { user, system } = process.cpuUsage()
  return [
    {
      name: 'process_cpu_seconds_total',
      help: 'Time of all threads on the processor.',
      type: 'counter',
      samples: [{ value: (user + system) / 1_000_000 }],
    },
    {
      name: 'process_resident_memory_bytes',
      help: 'Memory of the process.',
      type: 'gauge',
      samples: [{ value: process.memoryUsage.rss() }],
    },
    {
      name: 'process_start_time_seconds',
      help: 'When the process started, Unix time.',
      type: 'gauge',
      samples: [{ value: seconds(Math.round(performance.timeOrigin)) }],
    },
  ]
}

const readMetrics = async ({ engine, lag, inspect }: MetricsParts): Promise<string> => {
  const { store, clock, delivery, installation } = engine.toolbox
  const [view, { checks }, disk, open, breakers, dueSince] = await Promise.all([
    inspect(),
    engine.health.check(),
    installation.disk(),
    store.read.health.countOpen(openCountMax),
    store.read.health.countOpenBreakers(),
    store.read.operational.readDueSince(),
  ])
  const size = store.space.measure()
  const { worker, online } = delivery.state()
  const dueMs = dueSince === null ? 0 : Math.max(0, clock.now() - dueSince)
  return expose([
    {
      name: 'patchbay_info',
      help: 'The version of Patchbay.',
      type: 'gauge',
      samples: [{ labels: { version }, value: 1 }],
    },
    counter('events_accepted_total', 'Events that were accepted since the start.', engine.intake.accepted()),
    {
      name: 'patchbay_deliveries',
      help: `Deliveries by status, counted up to ${openCountMax} each.`,
      type: 'gauge',
      samples: Object.entries(open).map(([status, value]) => ({ labels: { status }, value })),
    },
    gauge(
      'oldest_due_age_seconds',
      'How long the oldest delivery that may be sent has been due.',
      seconds(dueMs),
    ),
    ...(view === null ? [] : ofWorker(view)),
    gauge(
      'worker_up',
      'Whether the delivery worker runs and answers.',
      worker === 'running' && view !== null ? 1 : 0,
    ),
    counter(
      'worker_restarts_total',
      'Delivery workers that died and were started again.',
      delivery.deaths().count,
    ),
    gauge('online', 'Whether there is a network.', online ? 1 : 0),
    gauge(
      'host_event_loop_lag_seconds',
      'The longest delay of the host within a minute.',
      seconds(lag.maxMs()),
    ),
    gauge('database_bytes', 'Size of the database file.', size.fileBytes),
    gauge('database_log_bytes', 'Size of the write-ahead log.', size.walBytes),
    gauge('database_unused_bytes', 'Unused space in the database file.', size.unusedBytes),
    gauge('disk_free_bytes', 'Free space on the disk of the data directory.', disk.freeBytes),
    gauge('breakers_open', 'Webhooks whose circuit breaker is open.', breakers),
    {
      name: 'patchbay_check_ok',
      help: 'Whether a check of the self-check needs no attention.',
      type: 'gauge',
      samples: checks.map(({ name, state }) => ({ labels: { check: name }, value: state === 'ok' ? 1 : 0 })),
    },
    ...ofProcess(),
  ])
}

/** @throws PatchbayError `not_signed_in`, or what the session or the access rules refuse with. */
const authorize = async ({ engine }: MetricsParts, request: FastifyRequest): Promise<void> => {
  const { authorization } = request.headers
  if (authorization?.startsWith('Bearer ')) {
    if (await engine.metricsAccess.isToken(authorization.slice('Bearer '.length))) return
    throw new PatchbayError('not_signed_in')
  }
  const token = request.cookies[cookieName]
  const session = token === undefined ? null : await engine.sessions.keeper.find(token)
  if (session === null) throw new PatchbayError('not_signed_in')
  if (session.locked) throw new PatchbayError('session_locked')
  await engine.metricsAccess.require({ principal: principalOf(session.user), address: request.ip ?? 'local' })
}

/** `GET /metrics`, for whoever has the token of the metrics, and for admins who are signed in. */
export const registerMetrics = (server: FastifyInstance, parts: MetricsParts): void => {
  server.register(async (scope) => {
    await scope.register(cookie)
    scope.get('/metrics', async (request, reply) => {
      secureAnswer(reply)
      await authorize(parts, request)
      return reply.type(expositionType).send(await readMetrics(parts))
    })
  })
}
