import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import type { Topic } from '#contract/live.ts'
import { watchLoopLag } from '#main/delivery/loop-lag.ts'
import type { NetworkProbes } from '#main/delivery/network-state.ts'
import type { Clock } from '#main/engine/clock.ts'
import { type Schedule, watchExpectations } from '#main/engine/expectations/watch.ts'
import { runAll } from '#main/engine/run-all.ts'
import { startCheckpoints } from '#main/store/checkpoints.ts'
import { dataDirectoryAt, lockDataDirectory, writeHostFile } from '#main/store/data-directory.ts'
import { registerConsoleFiles } from './console-files.ts'
import { type ControlParts, registerControl } from './control.ts'
import { createDelivery } from './delivery.ts'
import { ensureDemo, openDemo } from './demo.ts'
import { engineParts, systemClock } from './engine-parts.ts'
import { registerHealth } from './health.ts'
import { installationInfo, openInstallation, readInstallationKey } from './installation.ts'
import { createJobs } from './jobs.ts'
import { type ListenOn, listen } from './listen.ts'
import { createLiveChanges, type LiveChanges } from './live.ts'
import type { Logger } from './log.ts'
import { registerMetrics } from './metrics.ts'
import { registerOpenApi } from './openapi.ts'
import { consoleFolder } from './program.ts'
import { createProgramEngine } from './program-engine.ts'
import { registerRpc } from './rpc.ts'
import { createGuard, type Guard } from './security.ts'
import { createServer, refuseStopping } from './server.ts'
import { createSessionOperations } from './session-operations.ts'
import { registerTenant } from './tenant.ts'
import { createTenantOperations } from './tenant-operations.ts'
import { UndoList } from './undo-list.ts'

const housekeepingEveryMs = 10 * 60_000
const observeEveryMs = 60_000
const dueEveryMs = 1_000
const keyUsesEveryMs = 5_000
const statusEveryMs = 1_000
const offlineEveryMs = 5_000
/** How long requests under way may take when the host stops. */
const drainMs = 5_000

type Publish = (topics: readonly Topic[]) => void

export interface HostOptions {
  readonly dataDirectory: string
  readonly listen: ListenOn
  /** Opens the demo workspace, and makes it in an empty directory. */
  readonly demo: boolean
  readonly environment: NodeJS.ProcessEnv
  readonly log: Logger
  /** In tests. */
  readonly clock?: Clock
  /** In tests: what the machine says of its network. */
  readonly networkProbes?: NetworkProbes
  /** In tests: the folder of the built console. */
  readonly consoleFolder?: string
}

export interface Host {
  /** `http://127.0.0.1:4780`; null where nothing but a socket listens. */
  readonly url: string | null
  /** An address that signs the first owner in, once, within ten minutes. Null when nobody is there yet. */
  signInUrl(): Promise<string | null>
  /** Answers what is under way, puts deliveries back, closes the database. Calling it again waits for the same end. */
  stop(): Promise<void>
}

const schedule: Schedule = (delayMs, work) => {
  const timer = setTimeout(work, delayMs).unref()
  return () => clearTimeout(timer)
}

/** Opens the directory and starts what works in it. Everything that was begun is on the undo list. */
const startEngine = async (
  { dataDirectory, environment, demo, log, networkProbes, clock = systemClock }: HostOptions,
  { undo, address }: { undo: UndoList; address: () => string },
) => {
  const directory = dataDirectoryAt(dataDirectory)
  const lock = lockDataDirectory(directory)
  undo.add(() => lock.release())
  const key = readInstallationKey(directory, environment)
  const store = await openInstallation(directory, key, clock)
  undo.add(() => store.close())

  const changes = new Set<Publish>()
  const publish: Publish = (topics) => {
    for (const listener of changes) listener(topics)
  }
  store.onChange(publish)
  const checkpoints = startCheckpoints(directory.database, (error, restartInMs) =>
    log.error({ err: error, restartInMs }, 'the checkpoint thread died'),
  )
  undo.add(() => checkpoints.stop())
  changes.add(() => checkpoints.noteCommit())
  const delivery = createDelivery({ log, publish, probes: networkProbes })
  const jobs = createJobs(clock, log)

  const engine = createProgramEngine(
    engineParts({
      store,
      clock,
      delivery: delivery.signal,
      installation: installationInfo(directory, {
        clock,
        source: key.source,
        address,
        jobs: () => [
          ...jobs.report(),
          { name: 'copying the log', endedAt: clock.now(), error: checkpoints.trouble() },
        ],
      }),
    }),
  )
  if (demo) await ensureDemo(engine.toolbox, directory.root)
  await engine.start()
  undo.add(() => engine.stop())
  const worker = delivery.start({
    databasePath: directory.database,
    turnMemory: store.turnMemory,
    dataKey: key.key,
    onNetwork: (online) => engine.upkeep.networkChanged(online),
    onClockJump: (jump) => engine.upkeep.clockJumped(jump),
    onTokenPause: (webhookId, pause) =>
      store.write((writer) => writer.webhookProtection.setTokenPause(webhookId, pause)),
  })
  undo.add(() => worker.stop(drainMs))

  const watch = watchExpectations(engine.toolbox, {
    schedule,
    report: (error) => log.error({ err: error }, 'the expectations could not be run'),
  })
  undo.add(() => watch.stop())
  jobs.every(keyUsesEveryMs, 'uses of keys', () => engine.keys.flushUses())
  jobs.every(dueEveryMs, 'what is due', () => engine.upkeep.runDue())
  jobs.every(dueEveryMs, 'erasures', () => engine.erasures.runDue())
  jobs.every(dueEveryMs, 'retention by hand', () => engine.retention.pruneWanted())
  jobs.every(housekeepingEveryMs, 'retention', () => engine.retention.pruneDue())
  jobs.every(observeEveryMs, 'conditions', () => engine.upkeep.observe())
  jobs.every(housekeepingEveryMs, 'housekeeping', () =>
    runAll([
      () => engine.housekeeping.run(),
      () => engine.upkeep.sweep(),
      () => store.write((writer) => writer.sessions.deleteExpired(clock.now())),
    ]),
  )
  jobs.every(statusEveryMs, 'status', () => delivery.watch())
  jobs.every(offlineEveryMs, 'what was held offline', () => engine.upkeep.drainOffline())
  jobs.backUpDaily(directory)
  undo.add(() => {
    engine.interrupt()
    return jobs.stop()
  })
  const lag = watchLoopLag()
  undo.add(() => lag.stop())
  return { directory, delivery, lag, engine, publish, onChange: changes }
}

type StartedEngine = Awaited<ReturnType<typeof startEngine>>

/**
 * Starts the engine host: takes the data directory, opens it, delivers, and listens.
 * @throws StoreError with a message for the person at the machine.
 */
export const startHost = async (options: HostOptions): Promise<Host> => {
  const undo = new UndoList()
  try {
    return await start(options, undo)
  } catch (error) {
    await undo.run().catch((cause) => options.log.error({ err: cause }, 'the start could not be undone'))
    throw error
  }
}

const registerRoutes = (
  server: FastifyInstance,
  { engine, delivery, lag, onChange }: StartedEngine,
  {
    log,
    control,
    url,
    folder,
  }: { log: Logger; control: ControlParts; url: () => string | null; folder: string },
): LiveChanges => {
  const { operations, sessions, toolbox, asked, keys } = engine
  const live = createLiveChanges(sessions.keeper)
  onChange.add(live.publish)
  const session = createSessionOperations(sessions, {
    clock: toolbox.clock,
    openDemo: () => openDemo(toolbox),
  })
  registerRpc(server, {
    operations: { ...operations, session, live: live.operations },
    sessions,
    asked,
    log,
  })
  registerTenant(server, { operations: createTenantOperations(engine), keys, asked })
  registerHealth(server, { health: engine.health, delivery: delivery.signal })
  registerMetrics(server, { engine, lag, inspect: delivery.inspect })
  registerOpenApi(server, url)
  registerControl(server, control)
  registerConsoleFiles(server, folder)
  return live
}

const start = async (options: HostOptions, undo: UndoList): Promise<Host> => {
  const { log, listen: on, clock = systemClock } = options
  let url: string | null = null
  const started = await startEngine(options, { undo, address: () => url ?? 'the desktop program' })
  const { directory, engine, delivery, publish } = started

  const signInUrl = async (email: string | null = null): Promise<string | null> => {
    const code = url === null ? null : await engine.sessions.signIn.createCode(email)
    return url === null || code === null ? null : `${url}/sign-in?code=${code}`
  }
  const controlToken = randomBytes(32).toString('base64url')
  const server = createServer(log)
  let guard: Guard = refuseStopping
  server.addHook('onRequest', (request, _reply, done) => {
    guard(request)
    done()
  })
  const live = registerRoutes(server, started, {
    log,
    control: {
      token: controlToken,
      changed({ topics, lessToSend }) {
        publish(topics)
        if (lessToSend) delivery.signal.reconsider()
        else delivery.signal.wake()
      },
      health: () => engine.health.check(),
      signInUrl,
    },
    url: () => url,
    folder: options.consoleFolder ?? consoleFolder,
  })
  const listening = await listen(server, on, { drainMs, log, onClose: (close) => undo.add(close) })
  if (listening.port !== null) url = `http://127.0.0.1:${listening.port}`
  guard = createGuard(listening)
  writeHostFile(directory, {
    pid: process.pid,
    url,
    socket: on.kind === 'socket' ? on.path : null,
    controlToken,
    startedAt: clock.now(),
  })
  undo.add(() => rmSync(directory.hostFile, { force: true }))
  return {
    url,
    signInUrl,
    stop() {
      guard = refuseStopping
      live.stop()
      return undo.run()
    },
  }
}
