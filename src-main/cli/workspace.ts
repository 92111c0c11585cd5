import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import type { Topic } from '#contract/live.ts'
import { PatchbayError } from '#main/engine/errors.ts'
import type { Caller } from '#main/engine/operation.ts'
import { tellHost } from '#main/host/control-client.ts'
import { engineParts, systemClock } from '#main/host/engine-parts.ts'
import {
  installationInfo,
  joinInstallation,
  openInstallation,
  readInstallationKey,
} from '#main/host/installation.ts'
import { createProgramEngine, type ProgramEngine } from '#main/host/program-engine.ts'
import {
  type DataDirectory,
  dataDirectoryAt,
  defaultDataDirectory,
  lockDataDirectory,
  readHostFile,
} from '#main/store/data-directory.ts'
import { StoreError } from '#main/store/errors.ts'
import type { OccasionRecord, OrganizationRecord, Store } from '#main/store/interface.ts'
import { type Output, UsageError } from './output.ts'

/** The flags that say which data a command works on. */
export interface DataFlags {
  readonly dataDir?: string
  readonly demo?: true
}

export interface PlaceFlags extends DataFlags {
  readonly organization?: string
  readonly occasion?: string
}

/** The engine, opened by the person at the command line. */
export interface Workspace {
  readonly directory: DataDirectory
  readonly store: Store
  readonly engine: ProgramEngine
  /** The person who runs the command: whoever holds the data directory is trusted with it. */
  readonly caller: Caller
}

export const directoryOf = ({ dataDir, demo }: DataFlags): DataDirectory =>
  dataDirectoryAt(dataDir ?? defaultDataDirectory(demo ? 'patchbay-demo' : 'patchbay', process.env))

const ownerWaitMs = 15_000
const ownerLookMs = 50

/**
 * Opens the database, made ready by us when nobody owns the directory. Who owns it but has no host.json yet
 * is about to be ready, or is a command like this one: it takes a moment.
 */
const openStore = async (
  directory: DataDirectory,
  key: ReturnType<typeof readInstallationKey>,
): Promise<Store> => {
  const patienceEndsAt = performance.now() + ownerWaitMs
  for (;;) {
    try {
      const lock = lockDataDirectory(directory)
      try {
        return await openInstallation(directory, key, systemClock)
      } finally {
        lock.release()
      }
    } catch (error) {
      const owned = error instanceof StoreError && error.code === 'data_directory_in_use'
      if (!owned || performance.now() > patienceEndsAt) throw error
      if (readHostFile(directory) !== null) return joinInstallation(directory, key.key)
      await pause(ownerLookMs)
    }
  }
}

/** Tells the host of the directory, if one runs, what was changed: its consoles fetch again, its worker looks. */
const notifyHost = async (
  directory: DataDirectory,
  { topics, lessToSend }: { topics: ReadonlySet<Topic>; lessToSend: boolean },
  output: Output,
): Promise<void> => {
  const host = topics.size > 0 ? readHostFile(directory) : null
  if (host === null) return
  try {
    await tellHost(host, '/control/changed', { topics: [...topics], lessToSend })
  } catch (error) {
    // What was asked for is done and on disk; the host finds it within seconds by itself.
    output.err(
      `${error instanceof Error ? error.message : String(error)} It will see the change a little later.\n`,
    )
  }
}

/** Runs `work` with the engine on a data directory, whether or not a host runs on it. */
export const inWorkspace = async <T>(
  flags: DataFlags,
  output: Output,
  work: (workspace: Workspace) => Promise<T>,
): Promise<T> => {
  const directory = directoryOf(flags)
  const key = readInstallationKey(directory, process.env)
  const store = await openStore(directory, key)
  const topics = new Set<Topic>()
  let lessToSend = false
  store.onChange((changed) => {
    for (const topic of changed) topics.add(topic)
  })
  const engine = createProgramEngine(
    engineParts({
      store,
      clock: systemClock,
      // The host of the directory sends; it is woken when the command is done.
      delivery: {
        wake: () => {},
        reconsider() {
          lessToSend = true
        },
        reaches: () => true,
        findReach: async () => {},
        state: () => ({ worker: 'stopped', online: true }),
        deaths: () => ({ count: 0, lastAgoMs: null }),
        inspect: async () => null,
      },
      installation: installationInfo(directory, {
        clock: systemClock,
        source: key.source,
        address: () => readHostFile(directory)?.url ?? 'no host runs',
        jobs: () => [],
      }),
    }),
  )
  try {
    const caller: Caller = { principal: { kind: 'operator', name: userInfo().username }, address: null }
    return await work({ directory, store, engine, caller })
  } finally {
    await engine.stop()
    await store.close()
    await notifyHost(directory, { topics, lessToSend }, output)
  }
}

const notFound = (noun: string, wanted: string, present: readonly { name: string }[]): PatchbayError => {
  const names = present.map(({ name }) => name).join(', ') || 'none'
  return new PatchbayError('not_found', { detail: `There is no ${noun} “${wanted}”. There are: ${names}.` })
}

/** The organization that `--organization` names, by name or id; the only one when the flag is absent. */
export const organizationOf = async (
  { store }: Workspace,
  { organization: wanted }: PlaceFlags,
): Promise<OrganizationRecord> => {
  const all = await store.read.organizations.list()
  if (wanted === undefined) {
    const [only, ...others] = all
    if (only !== undefined && others.length === 0) return only
    throw new UsageError(
      only === undefined
        ? 'There is no organization yet: set Patchbay up first, or use the demo (serve --demo).'
        : `Name the organization with --organization. There are: ${all.map(({ name }) => name).join(', ')}.`,
    )
  }
  const found = all.find(({ id, name }) => id === wanted || name.toLowerCase() === wanted.toLowerCase())
  if (found !== undefined) return found
  throw notFound('organization', wanted, all)
}

/** Organization and occasion of a command; `occasionId` is null for the organization itself. */
export const placeOf = async (
  workspace: Workspace,
  flags: PlaceFlags,
): Promise<{ organizationId: string; occasionId: string | null }> => {
  const { id: organizationId } = await organizationOf(workspace, flags)
  const { occasion: wanted } = flags
  if (wanted === undefined) return { organizationId, occasionId: null }
  const occasions: OccasionRecord[] = await workspace.store.read.organizations.listOccasions([organizationId])
  const found = occasions.find(({ id, name }) => id === wanted || name.toLowerCase() === wanted.toLowerCase())
  if (found === undefined) {
    throw notFound('occasion', wanted, occasions)
  }
  return { organizationId, occasionId: found.id }
}

/** Whether there is a database at all: what only looks must not create one. */
export const hasDatabase = ({ database }: DataDirectory): boolean => existsSync(database)
