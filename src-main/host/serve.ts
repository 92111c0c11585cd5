import { type Command, InvalidArgumentError, Option } from 'commander'
import { defaultDataDirectory } from '#main/store/data-directory.ts'
import { StoreError } from '#main/store/errors.ts'
import { endOfProcess } from './end-of-process.ts'
import { startFailurePage } from './failure-page.ts'
import { type Host, startHost } from './host.ts'
import type { ListenOn } from './listen.ts'
import { createLog, type Logger, type LogLevel, logLevels } from './log.ts'
import { knownProblem } from './problems.ts'

const portDefault = 4780

/** The flags of `serve`, as commander reads them. */
interface ServeFlags {
  readonly dataDir?: string
  readonly port: number
  readonly demo?: true
  readonly json?: true
  readonly socket?: string
  readonly loopbackPort?: number
  readonly parentToken?: true
  readonly explainFailures?: true
  readonly logLevel: LogLevel
}

/** It signs in by itself, except while nothing can be written: a full disk keeps nobody from starting. */
const addressToOpen = async (host: Host, log: Logger): Promise<string | null> => {
  try {
    return (await host.signInUrl()) ?? host.url
  } catch (error) {
    if (knownProblem(error) === null) throw error
    log.warn({ err: error }, 'there is no address that signs in by itself')
    return host.url
  }
}

const readPort = (text: string): number => {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw new InvalidArgumentError('Give a number from 0 to 65535.')
  return port
}

/** Gives a command the flags of `serve`. */
export const addServeFlags = (command: Command): Command =>
  command
    .option('--data-dir <dir>', 'where the data lives')
    .option('--port <number>', 'port on 127.0.0.1; 0 picks a free one', readPort, portDefault)
    .option('--demo', 'open the demo workspace; an empty data directory is filled with it')
    .option('--json', 'print the ready line as JSON')
    .option('--socket <path>', 'listen on a Unix socket or named pipe, for the desktop program')
    .option(
      '--loopback-port <number>',
      'with --socket: also listen on this port of 127.0.0.1, for tenants',
      readPort,
    )
    .option('--parent-token', 'with --socket, which always demands the token in PATCHBAY_LAUNCH_TOKEN')
    .option('--explain-failures', 'when the data cannot be opened, say so on a page at the address')
    .addOption(
      new Option('--log-level <level>', 'what is logged on stderr').choices(logLevels).default('warn'),
    )

class UsageError extends Error {}

const listenOn = (
  { socket, port, parentToken, loopbackPort }: ServeFlags,
  environment: NodeJS.ProcessEnv,
): ListenOn => {
  if (socket === undefined) {
    if (parentToken) throw new UsageError('--parent-token goes with --socket.')
    if (loopbackPort !== undefined) throw new UsageError('--loopback-port goes with --socket.')
    return { kind: 'tcp', port }
  }
  const launchToken = environment.PATCHBAY_LAUNCH_TOKEN
  if (!launchToken) throw new UsageError('--socket needs the token of the launch in PATCHBAY_LAUNCH_TOKEN.')
  return { kind: 'socket', path: socket, launchToken, loopbackPort: loopbackPort ?? null }
}

/** What a person can do something about, as a sentence; everything else is thrown on. */
const explain = (error: unknown): string => {
  if (error instanceof StoreError || error instanceof UsageError) return error.message
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return 'The port is in use already. Choose another one with --port; 0 picks a free one.'
  }
  if (error instanceof Error && 'code' in error && error.code === 'EACCES') {
    return `Patchbay may not listen there (${error.message}).`
  }
  throw error
}

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const serve = async (flags: ServeFlags): Promise<void> => {
  const environment = { ...process.env }
  // Whatever is started from here on has no business with them.
  delete process.env.PATCHBAY_LAUNCH_TOKEN
  delete process.env.PATCHBAY_DATA_KEY
  const log = createLog(flags.logLevel)
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'Patchbay ends')
    process.exit(1)
  })
  const demo = flags.demo === true
  const dataDirectory =
    flags.dataDir ?? defaultDataDirectory(demo ? 'patchbay-demo' : 'patchbay', environment)
  const host = await startHost({
    dataDirectory,
    listen: listenOn(flags, environment),
    demo,
    environment,
    log,
  })
  const end = endOfProcess({ followParent: flags.socket !== undefined })
  if (flags.json) {
    print(JSON.stringify({ ready: true, url: host.url, signInUrl: await addressToOpen(host, log) }))
  } else print(`Patchbay is ready at ${host.url ?? flags.socket}`)
  await end
  await host.stop()
}

/** Runs the host until it is asked to end. @returns the exit code. */
export const runServe = async (flags: ServeFlags): Promise<number> => {
  try {
    await serve(flags)
    return 0
  } catch (error) {
    const message = explain(error)
    process.stderr.write(`${message}\n`)
    if (error instanceof UsageError) return 2
    if (!flags.explainFailures || !(error instanceof StoreError)) return 1
    const page = await startFailurePage(message, listenOn(flags, process.env))
    print(
      flags.json ? JSON.stringify({ ready: true, url: page.url, signInUrl: page.url }) : `See ${page.url}`,
    )
    await endOfProcess({ followParent: flags.socket !== undefined })
    await page.stop()
    return 1
  }
}
