import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A port of the loopback interface that nobody listens on. */
const freePort = async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

const connects = (port) =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

const until = async (name, isReady, limitMs = 30_000) => {
  for (const end = Date.now() + limitMs; Date.now() < end; await wait(50)) {
    if (await isReady()) return
  }
  throw new Error(`${name} did not start`)
}

const inFolders = (name, folders) => folders.map((folder) => join(folder, name)).find(existsSync) ?? null

const end = async (child, signal) => {
  if (child.exitCode !== null) return
  const exited = once(child, 'exit')
  child.kill(signal)
  await exited
}

/** Redis with an append-only file, synced every second: the durability that its own guide recommends. */
export const startRedis = async () => {
  const binary = inFolders('redis-server', (process.env.PATH ?? '').split(':'))
  if (binary === null) return null
  const directory = mkdtempSync(join(tmpdir(), 'bench-redis-'))
  const port = await freePort()
  const flags = ['--bind', '127.0.0.1', '--port', String(port), '--dir', directory, '--save', '']
  const child = spawn(binary, [...flags, '--appendonly', 'yes', '--appendfsync', 'everysec'], {
    stdio: 'ignore',
  })
  process.once('exit', () => child.kill())
  await until('redis-server', () => connects(port))
  return {
    port,
    async stop() {
      await end(child, 'SIGTERM')
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

const postgresFolder = () => {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : []
  const installed = versions.map((version) => join('/usr/lib/postgresql', version, 'bin')).reverse()
  return (
    [...installed, ...(process.env.PATH ?? '').split(':')].find((folder) =>
      existsSync(join(folder, 'initdb')),
    ) ?? null
  )
}

/** PostgreSQL does not run as root. */
const unprivileged = () => {
  if (process.getuid?.() !== 0) return {}
  const idOf = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: idOf('-u'), gid: idOf('-g') }
}

/** PostgreSQL with its default durability (`synchronous_commit=on`). */
export const startPostgres = async () => {
  const folder = postgresFolder()
  if (folder === null) return null
  const directory = mkdtempSync(join(tmpdir(), 'bench-postgres-'))
  const data = join(directory, 'data')
  const as = unprivileged()
  mkdirSync(data)
  if (as.uid !== undefined) for (const path of [directory, data]) chownSync(path, as.uid, as.gid)
  const port = await freePort()
  const quiet = { ...as, cwd: directory, stdio: 'ignore' }
  execFileSync(join(folder, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'bench', '--no-instructions'], quiet)
  const flags = [
    '-D',
    data,
    '-p',
    String(port),
    '-h',
    '127.0.0.1',
    '-k',
    directory,
    '-c',
    'shared_buffers=256MB',
  ]
  const child = spawn(join(folder, 'postgres'), flags, quiet)
  process.once('exit', () => child.kill('SIGINT'))
  const isReady = join(folder, 'pg_isready')
  await until('postgres', () => spawnSync(isReady, ['-h', '127.0.0.1', '-p', String(port)]).status === 0)
  return {
    url: `postgres://bench@127.0.0.1:${port}/postgres`,
    async stop() {
      await end(child, 'SIGINT')
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
