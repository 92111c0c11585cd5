import cookie from '@fastify/cookie'
import type { AnySchema, ContractProcedure, ErrorMap } from '@orpc/contract'
import { ORPCError, Procedure, ValidationError } from '@orpc/server'
import { RPCHandler } from '@orpc/server/fastify'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isAction } from '#contract/actions.ts'
import { consoleContract } from '#contract/console.ts'
import type { Problem } from '#contract/decision.ts'
import type { Access, ProcedureMeta } from '#contract/procedure.ts'
import { PatchbayError } from '#main/engine/errors.ts'
import { principalOf } from '#main/engine/sessions/session.ts'
import type { Session, Sessions } from '#main/engine/sessions/sessions.ts'
import type { AskedActions } from './asked-actions.ts'
import type { Call, HostOperations } from './call.ts'
import type { Logger } from './log.ts'
import { invalidInput, toPointer } from './problems.ts'
import { rpcErrorOf } from './rpc-error.ts'
import { secureAnswer } from './security.ts'
import { problemOf, whereOf } from './server.ts'

export const cookieName = 'patchbay_session'
const cookieOptions = { path: '/', httpOnly: true, sameSite: 'strict' } as const
const cookieSeconds = 30 * 24 * 3_600

interface Context {
  readonly call: Call
}

type AnyProcedure = ContractProcedure<AnySchema, AnySchema, ErrorMap, ProcedureMeta>

/** A method on purpose: the schema of each procedure has parsed what its operation gets. */
interface Bound {
  run(call: Call, input: unknown): Promise<unknown>
}

/** Everything that the console's procedures need. */
export interface RpcParts {
  readonly operations: HostOperations
  readonly sessions: Sessions
  readonly asked: AskedActions
  readonly log: Logger
}

/** What a procedure demands before its operation runs. Actions are decided by the operation itself. */
const demand = (access: Access, session: Session | null): void => {
  if (access === 'public') return
  if (session === null) throw new PatchbayError('not_signed_in')
  if (session.locked) throw new PatchbayError('session_locked')
  if (session.user.status === 'disabled') throw new PatchbayError('account_disabled')
}

/** Errors of the library's own schema checks, as ours. */
const explain = (error: unknown): unknown => {
  if (!(error instanceof ORPCError) || !(error.cause instanceof ValidationError)) return error
  if (error.code === 'BAD_REQUEST') return invalidInput(error.cause.issues)
  const [issue] = error.cause.issues
  const path = toPointer((issue?.path ?? []).map((part) => (typeof part === 'object' ? part.key : part)))
  return new Error(`The answer does not fit its contract at ${path || '/'}: ${issue?.message}`)
}

/** Binds every procedure of the contract to the operation of the same noun and name. */
const createRouter = ({ operations, sessions, asked }: RpcParts) => {
  const byNoun: Readonly<Record<string, Readonly<Record<string, Bound['run']>>>> = operations
  const bind = (noun: string, name: string, contract: AnyProcedure) => {
    const where = `${noun}.${name}`
    const { access } = contract['~orpc'].meta
    const operation = byNoun[noun]?.[name]
    if (access === undefined) throw new Error(`The procedure ${where} declares no access.`)
    if (operation === undefined) throw new Error(`The procedure ${where} has no operation.`)
    return new Procedure({
      ...contract['~orpc'],
      middlewares: [],
      inputValidationIndex: 0,
      outputValidationIndex: 0,
      async handler({ context: { call }, input }: { context: Context; input: unknown }) {
        demand(access, call.session)
        if (call.session !== null && !call.session.locked) await sessions.keeper.touch(call.session)
        const output = await operation(call, input)
        if (isAction(access)) asked.assertAsked(call, access, where)
        return output
      },
    })
  }
  return Object.fromEntries(
    Object.entries(consoleContract).map(([noun, procedures]) => [
      noun,
      Object.fromEntries(
        Object.entries(procedures).map(([name, contract]) => [name, bind(noun, name, contract)]),
      ),
    ]),
  )
}

const callOf = async (sessions: Sessions, request: FastifyRequest, reply: FastifyReply): Promise<Call> => {
  const token = request.cookies[cookieName] ?? null
  const session = token === null ? null : await sessions.keeper.find(token)
  const address = request.ip ?? 'local'
  return {
    principal: session === null ? { kind: 'anonymous' } : principalOf(session.user),
    address,
    visitor: { address, userAgent: request.headers['user-agent'] ?? '' },
    session,
    token,
    opened: (opened) =>
      void reply.setCookie(cookieName, opened.token, { ...cookieOptions, maxAge: cookieSeconds }),
    closed: () => void reply.clearCookie(cookieName, cookieOptions),
  }
}

/** The console's procedures under `/rpc`. @throws when one of them declares no access or has no operation. */
export const registerRpc = (server: FastifyInstance, parts: RpcParts): void => {
  const { sessions, log } = parts
  const handler = new RPCHandler(createRouter(parts), {
    clientInterceptors: [
      async ({ next, path }) => {
        try {
          return await next()
        } catch (error) {
          throw rpcErrorOf(problemOf(explain(error), log, `/rpc/${path.join('/')}`))
        }
      },
    ],
  })
  const sendError = (reply: FastifyReply, problem: Problem): FastifyReply => {
    secureAnswer(reply)
    return reply.code(problem.status).send({ json: rpcErrorOf(problem).toJSON() })
  }
  server.register(async (scope) => {
    await scope.register(cookie)
    scope.setErrorHandler((error, request, reply) =>
      sendError(reply, problemOf(error, log, whereOf(request))),
    )
    scope.post('/rpc/*', async (request, reply) => {
      const call = await callOf(sessions, request, reply)
      secureAnswer(reply)
      const { matched } = await handler.handle(request, reply, { prefix: '/rpc', context: { call } })
      if (!matched) throw new PatchbayError('not_found')
      return reply
    })
  })
}
