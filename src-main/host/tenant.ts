import { type AnySchema, type ContractProcedure, type ErrorMap, isContractProcedure } from '@orpc/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { errorCodes } from '#contract/errors.ts'
import { batchBytesMax, eventBytesMax } from '#contract/events.ts'
import { type TenantAccess, type TenantMeta, tenantContract } from '#contract/tenant.ts'
import type { KeyAuthentication } from '#main/engine/api-keys/authenticate.ts'
import { PatchbayError } from '#main/engine/errors.ts'
import type { AskedActions } from './asked-actions.ts'
import { invalidInput, problemOfCode } from './problems.ts'
import { secureAnswer } from './security.ts'
import { bodyBytesMax, sendProblem } from './server.ts'
import type { TenantCall, TenantOperations } from './tenant-operations.ts'

declare module 'fastify' {
  interface FastifyRequest {
    tenant: TenantCall | null
  }
}

/** Room for white space and for what is around the event. */
const envelopeBytes = 4 * 1024
const bodyLimits: Readonly<Record<string, number>> = {
  '/v1/events': eventBytesMax + envelopeBytes,
  '/v1/events/batch': batchBytesMax + envelopeBytes,
}

type AnyRoute = ContractProcedure<AnySchema, AnySchema, ErrorMap, TenantMeta>

/** A method on purpose: the schema of each route has parsed what its operation gets. */
interface Bound {
  run(call: TenantCall, input: unknown): Promise<unknown>
}

interface Route {
  readonly where: string
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** With the parameters as Fastify writes them. */
  readonly url: string
  readonly status: number
  readonly access: TenantAccess
  readonly input: z.ZodType | null
  readonly output: z.ZodType
  readonly run: Bound['run']
}

const asZod = (schema: unknown, where: string): z.ZodType => {
  if (schema instanceof z.ZodType) return schema
  throw new Error(`The route ${where} has a schema that is not zod's.`)
}

const toRoute = (name: string, contract: AnyRoute, run: unknown): Route => {
  const { meta, route, inputSchema, outputSchema } = contract['~orpc']
  const { method, path, successStatus } = route
  const where = `${method} ${path}`
  if (meta.access === undefined) throw new Error(`The route ${name} declares no access.`)
  if (method === undefined || method === 'HEAD' || path === undefined) {
    throw new Error(`The route ${name} declares no method or path.`)
  }
  if (!isOperation(run)) throw new Error(`The route ${name} has no operation.`)
  return {
    where,
    method,
    url: path.replaceAll(/\{(\w+)\}/g, ':$1'),
    status: successStatus ?? 200,
    access: meta.access,
    input: inputSchema === undefined ? null : asZod(inputSchema, where),
    output: asZod(outputSchema, where),
    run,
  }
}

const isOperation = (value: unknown): value is Bound['run'] => typeof value === 'function'
const isBranch = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** The leaves of the contract, each with the operation at the same place. */
const routesOf = (name: string, contract: unknown, operations: unknown): Route[] => {
  if (isContractProcedure(contract)) return [toRoute(name, contract, operations)]
  if (!isBranch(contract) || !isBranch(operations)) throw new Error(`The contract has no routes at ${name}.`)
  return Object.entries(contract).flatMap(([key, value]) =>
    routesOf(`${name}.${key}`, value, operations[key]),
  )
}

/** The input of a route is one object: the body, or the query; what the path names cannot be overridden. */
const inputOf = ({ method, body, query, params }: FastifyRequest): unknown => {
  const given = method === 'GET' || method === 'DELETE' ? query : (body ?? {})
  if (!isBranch(params) || Object.keys(params).length === 0) return given
  return isBranch(given) && !Array.isArray(given) ? { ...given, ...params } : given
}

const parseInput = (schema: z.ZodType, request: FastifyRequest): unknown => {
  const { data, error } = schema.safeParse(inputOf(request))
  if (error) throw invalidInput(error.issues)
  return data
}

export interface TenantParts {
  readonly operations: TenantOperations
  readonly keys: KeyAuthentication
  readonly asked: AskedActions
}

/**
 * Finds out whose call it is and whether the key may be used, before anything of the body is read. A key that may not be
 * used for `any_key` is refused by the operation.
 * @throws PatchbayError as a refused session, with the decision where the route has an action.
 */
const authenticate = async (
  { keys, asked }: TenantParts,
  { where, access }: Route,
  request: FastifyRequest,
): Promise<void> => {
  const secret = request.headers['x-api-key']
  const address = request.ip ?? null
  const principal =
    typeof secret === 'string'
      ? await keys.authenticate(secret, { address, route: where })
      : ({ kind: 'anonymous' } as const)
  if (principal.kind === 'api_key') {
    const { organizationId } = principal
    if (access !== 'any_key' && !keys.mayBeUsed(principal))
      await asked.access.require({ principal, address }, access, { organizationId })
    request.tenant = { principal, address }
    return
  }
  if (access !== 'any_key')
    await asked.access.require({ principal, address }, access, { organizationId: null })
  if (principal.kind === 'unknown_key') throw new PatchbayError('key_unknown')
  throw new PatchbayError('not_signed_in', { detail: 'Send an API key in the header X-API-Key.' })
}

const answerOptions = (reply: FastifyReply, allow: string): FastifyReply => {
  secureAnswer(reply)
  return reply.header('allow', allow).code(204).send()
}

const refuseMethod = (reply: FastifyReply, allow: string): FastifyReply => {
  reply.header('allow', allow)
  return sendProblem(reply, problemOfCode('method_not_allowed'))
}

/** Whether the access rules refused the call of a key that they let in. */
const isRefusal = (error: unknown): boolean =>
  error instanceof PatchbayError &&
  error.decision !== undefined &&
  error.decision.decidedBy !== 'session' &&
  errorCodes[error.code].status === 403

const registerRoute = (server: FastifyInstance, parts: TenantParts, route: Route): void => {
  const { where, access, input, output, run } = route
  // Whether an event may be sent is decided in the transaction that writes it.
  const action = access === 'any_key' || access === 'events.send' ? null : access
  server.route({
    method: route.method,
    url: route.url,
    bodyLimit: bodyLimits[route.url] ?? bodyBytesMax,
    onRequest: (request) => authenticate(parts, route, request),
    handler: async (request, reply) => {
      const call = request.tenant
      if (call === null) throw new PatchbayError('not_signed_in')
      let result: unknown
      try {
        result = await run(call, input === null ? undefined : parseInput(input, request))
      } catch (error) {
        if (isRefusal(error)) parts.keys.countRefusal(call.principal, { address: call.address, route: where })
        throw error
      }
      if (action !== null) parts.asked.assertAsked(call, action, where)
      secureAnswer(reply)
      reply.code(route.status).type('application/json; charset=utf-8')
      return reply.send(JSON.stringify(output.parse(result)))
    },
  })
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** Every method that a path does not have, so that a wrong one is told from a wrong path. */
const registerOtherMethods = (server: FastifyInstance, url: string, own: readonly string[]): void => {
  const allow = [...own, ...(own.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ')
  const others = methods.filter((method) => !own.includes(method))
  server.route({
    method: others,
    url,
    exposeHeadRoute: false,
    handler: (_, reply) => refuseMethod(reply, allow),
  })
  server.route({ method: 'OPTIONS', url, handler: (_, reply) => answerOptions(reply, allow) })
}

/** The tenant API. @throws when a route of the contract declares no access or has no operation. */
export const registerTenant = (server: FastifyInstance, parts: TenantParts): void => {
  const routes = routesOf('tenant', tenantContract, parts.operations)
  server.register(async (scope) => {
    scope.decorateRequest('tenant', null)
    for (const route of routes) registerRoute(scope, parts, route)
    for (const [url, same] of Map.groupBy(routes, ({ url }) => url)) {
      registerOtherMethods(
        scope,
        url,
        same.map(({ method }) => method),
      )
    }
  })
}
