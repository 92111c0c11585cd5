import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { PatchbayError } from '#main/engine/errors.ts'
import { createAskedActions } from '#main/host/asked-actions.ts'
import type { HostOperations } from '#main/host/call.ts'
import { createLiveChanges } from '#main/host/live.ts'
import { createLog } from '#main/host/log.ts'
import { knownProblem, problemOfCode, toPointer } from '#main/host/problems.ts'
import { createProgramEngine } from '#main/host/program-engine.ts'
import { registerRpc } from '#main/host/rpc.ts'
import { createServer, problemOf } from '#main/host/server.ts'
import { createSessionOperations } from '#main/host/session-operations.ts'
import { engineFixture } from '../support/engine.ts'
import { operator } from '../support/makers.ts'
import { browserAt, owner, problemOf as problemOfCall } from './running-host.ts'

const logged = () => {
  const lines: string[] = []
  return { lines, log: createLog('warn', { write: (line) => void lines.push(line) }) }
}

/** The procedures over an engine in memory, with what a test changes of the operations. */
const served = async (change: (operations: HostOperations) => void = () => {}) => {
  const world = engineFixture()
  const engine = createProgramEngine(world.parts)
  const live = createLiveChanges(engine.sessions.keeper)
  const operations: HostOperations = {
    ...engine.operations,
    live: live.operations,
    session: createSessionOperations(engine.sessions, { clock: world.clock, openDemo: async () => {} }),
  }
  change(operations)
  const { lines, log } = logged()
  const server = createServer(log)
  onTestFinished(async () => {
    live.stop()
    await server.close()
    await world.close()
  })
  registerRpc(server, { operations, sessions: engine.sessions, asked: engine.asked, log })
  const ada = browserAt(await server.listen({ host: '127.0.0.1', port: 0 }))
  const state = await ada.client.session.setUp(owner)
  if (state.state !== 'signed_in') throw new Error(state.state)
  return { ada, lines, organizationId: state.organizations[0]?.id ?? '' }
}

test('a host does not start with a procedure that has no operation', async () => {
  await expect(served((operations) => Reflect.deleteProperty(operations, 'users'))).rejects.toThrow(
    /^The procedure users\.\w+ has no operation\.$/,
  )
})

test('an operation that forgot to ask the access rules answers nobody', async () => {
  const { ada, lines, organizationId } = await served((operations) => {
    Object.assign(operations, {
      users: { ...operations.users, list: async () => ({ items: [], nextCursor: null }) },
    })
  })
  const problem = await problemOfCall(ada.client.users.list({ organizationId }))
  expect(problem).toMatchObject({ code: 'internal', status: 500 })
  expect(lines.join('')).toContain('users.list answered without asking the access rules about users.view')
})

test('an answer that does not fit its contract is an error, and stays inside', async () => {
  const { ada, lines, organizationId } = await served((operations) => {
    const { list } = operations.users
    Object.assign(operations, {
      users: {
        ...operations.users,
        list: async (...call: Parameters<typeof list>) => {
          await list(...call)
          return { items: [{ password: 'a secret of somebody' }], nextCursor: null }
        },
      },
    })
  })
  const problem = await problemOfCall(ada.client.users.list({ organizationId }))
  expect(problem.code).toBe('internal')
  expect(JSON.stringify(problem)).not.toContain('/items/0')
  expect(lines.join('')).toContain('The answer does not fit its contract at /items/0/id')
  expect(lines.join('')).not.toContain('a secret of somebody')
})

test('whoever asks with the action is the one who asked', async () => {
  const world = engineFixture()
  onTestFinished(() => world.close())
  const { id: organizationId } = await world.organization()
  const asked = createAskedActions(world.toolbox.access)
  const other = { ...operator }
  await asked.access.require(operator, 'users.view', { organizationId })
  expect(() => asked.assertAsked(operator, 'users.view', 'here')).not.toThrow()
  expect(() => asked.assertAsked(operator, 'users.manage', 'here')).toThrow('users.manage')
  expect(() => asked.assertAsked(other, 'users.view', 'here')).toThrow('users.view')
})

test('an error that nobody foresaw is told by a reference only', () => {
  const { lines, log } = logged()
  const cause = Object.assign(new Error('inside'), { data: { secret: 'whsec_of_somebody' } })
  const problem = problemOf(new Error('the table deliveries is broken', { cause }), log, 'GET /v1/me')
  expect(problem).toMatchObject({ code: 'internal', status: 500, title: problemOfCode('internal').title })
  expect(JSON.stringify(problem)).not.toContain('deliveries')
  const [line] = lines
  const { reference, where, err } = z
    .object({
      reference: z.string(),
      where: z.string(),
      err: z.object({ message: z.string(), stack: z.string() }),
    })
    .parse(JSON.parse(line ?? ''))
  expect(problem.detail).toContain(reference)
  expect([where, err.message]).toEqual(['GET /v1/me', 'the table deliveries is broken'])
  expect(line).toContain('inside')
  expect(line).not.toContain('whsec_of_somebody')
})

test('secrets in what is logged are covered', () => {
  const { lines, log } = logged()
  const headers = {
    'x-api-key': 'pb_prod_1',
    authorization: 'Bearer 2',
    cookie: 'patchbay_session=3',
    'set-cookie': ['patchbay_session=4'],
    host: 'localhost',
  }
  log.warn({ headers, password: 'pw5', request: { headers } }, 'a request')
  const [line = ''] = lines
  expect(line).toContain('"host":"localhost"')
  for (const secret of ['pb_prod_1', 'Bearer 2', '=3', '=4', 'pw5']) expect(line).not.toContain(secret)
})

test('what goes wrong with the disk is said as such', () => {
  const sqlite = (code: string) => Object.assign(new Error('SQLite'), { code })
  const codeOf = (error: unknown) => knownProblem(error)?.code ?? null
  expect(codeOf(sqlite('SQLITE_FULL'))).toBe('storage_failed')
  expect(codeOf(sqlite('SQLITE_IOERR_WRITE'))).toBe('storage_failed')
  expect(codeOf(sqlite('SQLITE_BUSY'))).toBe('busy')
  expect(codeOf(sqlite('SQLITE_CONSTRAINT'))).toBeNull()
  expect(codeOf(new PatchbayError('conflict'))).toBe('conflict')
  expect(codeOf(new PatchbayError('internal'))).toBeNull()
  expect(codeOf('a string')).toBeNull()
})

test('a path is told as a JSON pointer', () => {
  expect(toPointer(['events', 3, 'a/b~c'])).toBe('/events/3/a~1b~0c')
  expect(toPointer([])).toBe('')
})
