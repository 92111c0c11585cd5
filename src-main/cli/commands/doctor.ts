import { statfsSync, statSync } from 'node:fs'
import { healthSchema } from '#contract/health.ts'
import { askHost } from '#main/host/control-client.ts'
import { joinInstallation, readInstallationKey } from '#main/host/installation.ts'
import { listBackups } from '#main/store/backup.ts'
import { type DataDirectory, lockDataDirectory, readHostFile } from '#main/store/data-directory.ts'
import { StoreError } from '#main/store/errors.ts'
import { inspectDatabase } from '#main/store/inspect.ts'
import { addDataFlags, type CommandLine, type CommonFlags, report } from '../command.ts'
import { deliveriesText, table, timeText } from '../output.ts'
import { type DataFlags, directoryOf, hasDatabase } from '../workspace.ts'

type Flags = DataFlags & CommonFlags

interface Check {
  readonly name: string
  readonly ok: boolean
  readonly detail: string
}

/** With less free space than this the next backup or migration may fail. */
const freeBytesMin = 512 * 1024 * 1024
/** The worker takes what is due within a second or two; a backlog under load may be older for a while. */
const overdueMs = 60_000

const ok = (name: string, detail: string): Check => ({ name, ok: true, detail })
const bad = (name: string, detail: string): Check => ({ name, ok: false, detail })
const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MB`

const isOwned = (directory: DataDirectory): boolean => {
  try {
    lockDataDirectory(directory).release()
    return false
  } catch (error) {
    if (error instanceof StoreError && error.code === 'data_directory_in_use') return true
    throw error
  }
}

const checkHost = (directory: DataDirectory, owned: boolean): Check => {
  const host = readHostFile(directory)
  if (owned && host === null) return bad('host', 'the directory is taken, and its owner is not ready (yet)')
  if (host === null) return ok('host', 'no host runs')
  const where = host.url ?? host.socket ?? 'an unknown address'
  if (owned) return ok('host', `process ${host.pid} at ${where} since ${timeText(host.startedAt)}`)
  return ok('host', `no host runs; the last one (process ${host.pid}) was killed, which does no harm`)
}

const checkFiles = ({ root, dataKeyFile }: DataDirectory): Check[] => {
  const mode = statSync(root).mode & 0o077
  const { bavail, bsize } = statfsSync(root)
  const free = bavail * bsize
  const keyMode = (statSync(dataKeyFile, { throwIfNoEntry: false })?.mode ?? 0) & 0o077
  const isPrivate = process.platform === 'win32' || (mode === 0 && keyMode === 0)
  return [
    isPrivate
      ? ok('permissions', 'only its owner can read the data directory')
      : bad('permissions', `other users can read ${root} or the data key in it: chmod 700 and 600`),
    free >= freeBytesMin
      ? ok('disk', `${megabytes(free)} free`)
      : bad('disk', `only ${megabytes(free)} free`),
  ]
}

const checkDatabase = ({ database }: DataDirectory, owned: boolean): Check[] => {
  const { problems, pendingMigrations, due, abandoned } = inspectDatabase(database, Date.now())
  if (problems.length > 0) return [bad('integrity', problems.join('; '))]
  const checks = [ok('integrity', `${database} is sound (${megabytes(statSync(database).size)})`)]
  if (pendingMigrations.length > 0) {
    return [...checks, bad('migrations', `to be applied by the next start: ${pendingMigrations.join(', ')}`)]
  }
  const age = due.oldestAt === null ? 0 : Date.now() - due.oldestAt
  const backlog = `${due.count} due${due.oldestAt === null ? '' : `, the oldest since ${timeText(due.oldestAt)}`}`
  return [
    ...checks,
    ok('migrations', 'none is pending'),
    owned && age > overdueMs ? bad('queue', `${backlog}: the worker does not keep up`) : ok('queue', backlog),
    owned && abandoned > 0
      ? bad('leases', `${deliveriesText(abandoned)} under a lease that ended`)
      : ok('leases', abandoned === 0 ? 'none has ended' : `${abandoned} to be taken back by the next start`),
  ]
}

const checkKey = async (directory: DataDirectory): Promise<Check> => {
  try {
    const { key, source } = readInstallationKey(directory, process.env)
    await (await joinInstallation(directory, key)).close()
    return ok('data key', `opens the stored secrets (from: ${source})`)
  } catch (error) {
    if (error instanceof StoreError) return bad('data key', error.message)
    throw error
  }
}

const checkBackups = async (directory: DataDirectory): Promise<Check> => {
  const [last] = await listBackups(directory)
  return last === undefined
    ? ok('backups', 'none yet')
    : ok('backups', `the last one is of ${timeText(last.createdAt)}: ${last.path}`)
}

/** What the running host says of itself; null when none runs, or it does not say. */
const askRunningHost = async (directory: DataDirectory): Promise<Check[] | null> => {
  const host = readHostFile(directory)
  if (host === null) return null
  try {
    const health = await askHost(host, '/control/health', { body: {}, schema: healthSchema })
    if (health === null) return null
    return health.checks.map(({ name, state, fact, advice }) =>
      state === 'ok' ? ok(name, fact) : bad(name, `${fact} ${advice ?? ''}`.trim()),
    )
  } catch (error) {
    return [bad('host', error instanceof Error ? error.message : String(error))]
  }
}

const examine = async (directory: DataDirectory): Promise<Check[]> => {
  if (!hasDatabase(directory)) return [bad('database', `there is none in ${directory.root}`)]
  const owned = isOwned(directory)
  const checks = [...checkFiles(directory), checkHost(directory, owned), ...checkDatabase(directory, owned)]
  if (checks.some(({ name, ok: fine }) => !fine && (name === 'integrity' || name === 'migrations')))
    return checks
  checks.push(await checkKey(directory), await checkBackups(directory))
  const told = owned ? await askRunningHost(directory) : null
  if (told === null) return checks
  // The host knows better, but for what only a look from outside finds.
  const known = new Set(told.map(({ name }) => name))
  return [
    ...checks.filter(({ name }) => !known.has(name) || name === 'integrity'),
    ...told.filter(({ name }) => name !== 'integrity'),
  ]
}

export const addDoctorCommand = (line: CommandLine): void => {
  addDataFlags(line.program.command('doctor'))
    .description('Examine an installation; exit code 1 when something needs attention')
    .action((flags: Flags) =>
      report(line, flags, async () => {
        const directory = directoryOf(flags)
        const checks = await examine(directory)
        const fine = checks.every(({ ok: isFine }) => isFine)
        return {
          document: { ok: fine, dataDirectory: directory.root, checks },
          lines: table(
            ['check', 'answer', 'detail'],
            checks.map(({ name, ok: isFine, detail }) => [name, isFine ? 'ok' : 'ATTENTION', detail]),
          ),
          exitCode: fine ? 0 : 1,
        }
      }),
    )
}
