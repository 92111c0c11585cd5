import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hashOf } from '#main/engine/sessions/keeper.ts'
import { startHost } from '#main/host/host.ts'
import { joinInstallation, readInstallationKey } from '#main/host/installation.ts'
import { createLog } from '#main/host/log.ts'
import { dataDirectoryAt } from '#main/store/data-directory.ts'
import type { Store, Writer } from '#main/store/interface.ts'
import { type EngineFixture, engineFixture, movableClock } from '../support/engine.ts'
import { createWire, type Wire } from './wire.ts'

/**
 * A running host, and beside it a connection of the test's own to the same data, through which everything can be made
 * to exist without asking the host.
 */
export interface SeededHost {
  readonly url: string
  readonly dataDirectory: string
  readonly wire: Wire
  /** Over the connection of the test, on the clock of the host, which stands still. */
  readonly world: EngineFixture
  /** Joins all that is written meanwhile in one transaction. What is written is read in it by nobody but the writer. */
  together<T>(work: () => Promise<T>): Promise<T>
  /** A session of the person, as the cookie that a browser would send. */
  signIn(userId: string): Promise<string>
  stop(): Promise<void>
}

/** A store whose transactions can be joined: a thousand commits would wait a thousand times for the disk. */
const joinable = (store: Store): { store: Store; together: SeededHost['together'] } => {
  let open: Writer | null = null
  return {
    store: { ...store, write: (work) => (open === null ? store.write(work) : work(open)) },
    together: (work) =>
      store.write(async (writer) => {
        open = writer
        try {
          return await work()
        } finally {
          open = null
        }
      }),
  }
}

export const startSeededHost = async (): Promise<SeededHost> => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'patchbay-host-'))
  const clock = movableClock()
  const host = await startHost({
    dataDirectory,
    listen: { kind: 'tcp', port: 0 },
    demo: false,
    environment: {},
    log: createLog('warn'),
    clock,
  })
  const { url } = host
  if (url === null) throw new Error('The host has no address.')
  const directory = dataDirectoryAt(dataDirectory)
  const { store, together } = joinable(
    await joinInstallation(directory, readInstallationKey(directory, {}).key),
  )
  const world = engineFixture({ store, clock })
  const wire = createWire(url)
  return {
    url,
    dataDirectory,
    wire,
    world,
    together,
    async signIn(userId) {
      const token = randomBytes(32).toString('base64url')
      await store.write((writer) =>
        writer.sessions.insert({
          id: world.toolbox.ids.next('ses'),
          tokenHash: hashOf(token),
          userId,
          createdAt: clock.now(),
          lastSeenAt: clock.now(),
          expiresAt: clock.now() + 86_400_000,
          lockedAt: null,
          address: '127.0.0.1',
          userAgent: 'a test',
        }),
      )
      return `patchbay_session=${token}`
    },
    async stop() {
      await wire.close()
      await world.close()
      await host.stop()
      await rm(dataDirectory, { recursive: true, force: true })
    },
  }
}
