import { OpenAPIGenerator } from '@orpc/openapi'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import type { FastifyInstance } from 'fastify'
import { apiKeySchema } from '#contract/api-keys.ts'
import { decisionSchema, problemSchema } from '#contract/decision.ts'
import {
  attemptSchema,
  deliveryListItemSchema,
  eventAcceptedSchema,
  eventDetailSchema,
  eventInputSchema,
} from '#contract/events.ts'
import { releaseSchema } from '#contract/releases.ts'
import { tenantContract } from '#contract/tenant.ts'
import { webhookSchema } from '#contract/webhooks.ts'
import { version } from './program.ts'
import { secureAnswer } from './security.ts'

const description = `Send events into Patchbay, follow their deliveries, and manage webhooks.

Every request carries an API key of the organization in the header \`X-API-Key\`. Errors are problems (RFC 9457) with
a stable \`code\`; a refusal also carries the access decision: every gate, the fact it read, and the smallest change
that would flip it.`

/** What any route may answer besides its success. */
const problemResponses = {
  400: 'The request could not be read (`malformed`).',
  401: 'No API key, or one that is not valid now.',
  403: 'Refused. The problem carries the decision.',
  404: 'Nothing of this id in the organization of the key (`not_found`).',
  409: 'Not in this state (`conflict`, `idempotency_conflict`).',
  413: 'The payload is too large (`payload_too_large`).',
  415: 'Only application/json is read (`unsupported_media_type`).',
  422: 'Some of the input is not valid (`invalid`); `errors` has JSON pointers.',
  429: 'Too many requests; `Retry-After` says when to come back.',
  503: 'Stopping or at its limit; `Retry-After` says when to come back.',
} as const

const problemName = (status: string): string => `Problem${status}`

const problemResponse = (text: string) => ({
  description: text,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
})

const references = Object.fromEntries(
  Object.keys(problemResponses).map((status) => [
    status,
    { $ref: `#/components/responses/${problemName(status)}` },
  ]),
)

/** The generator says of every query parameter that it may be empty or hold reserved characters; ours may not. */
const plainParameter = <T extends object>(parameter: T): T => {
  if ('allowEmptyValue' in parameter) delete parameter.allowEmptyValue
  if ('allowReserved' in parameter) delete parameter.allowReserved
  return parameter
}

/** The OpenAPI 3.1 document of the tenant API, made from its contract. `url` is where this host answers. */
export const createOpenApi = async (url: string | null) => {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] })
  const document = await generator.generate(tenantContract, {
    info: { title: 'Patchbay tenant API', version, description, license: { name: 'MIT', identifier: 'MIT' } },
    ...(url !== null && { servers: [{ url, description: 'This machine' }] }),
    security: [{ apiKey: [] }],
    tags: [
      { name: 'Events', description: 'Accepted facts. Kept before they are answered.' },
      { name: 'Deliveries', description: 'One event for one webhook, with its attempts.' },
      { name: 'Webhooks', description: 'Where events go. Needs a key with the scope `admin`.' },
      {
        name: 'Releases',
        description:
          'What webhooks hold: let go, or discarded. Reading needs a key with the scope `api`, all else `admin`.',
      },
      { name: 'Keys', description: 'The keys of the organization.' },
    ],
    components: {
      securitySchemes: { apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' } },
      responses: Object.fromEntries(
        Object.entries(problemResponses).map(([status, text]) => [
          problemName(status),
          problemResponse(text),
        ]),
      ),
    },
    commonSchemas: {
      Problem: { schema: problemSchema, strategy: 'output' },
      Decision: { schema: decisionSchema, strategy: 'output' },
      ApiKey: { schema: apiKeySchema, strategy: 'output' },
      EventInput: { schema: eventInputSchema, strategy: 'input' },
      EventAccepted: { schema: eventAcceptedSchema, strategy: 'output' },
      Event: { schema: eventDetailSchema, strategy: 'output' },
      Delivery: { schema: deliveryListItemSchema, strategy: 'output' },
      Attempt: { schema: attemptSchema, strategy: 'output' },
      Webhook: { schema: webhookSchema, strategy: 'output' },
      Release: { schema: releaseSchema, strategy: 'output' },
    },
  })
  for (const path of Object.values(document.paths ?? {})) {
    for (const operation of [path?.get, path?.post, path?.patch, path?.put, path?.delete]) {
      if (operation === undefined) continue
      operation.responses = { ...operation.responses, ...references }
      operation.parameters = operation.parameters?.map(plainParameter)
    }
  }
  return document
}

/** `GET /openapi.json`. Made when it is asked for the first time: most hosts are never asked. */
export const registerOpenApi = (server: FastifyInstance, url: () => string | null): void => {
  let text: Promise<string> | null = null
  server.get('/openapi.json', async (_request, reply) => {
    text ??= createOpenApi(url()).then((document) => JSON.stringify(document))
    secureAnswer(reply)
    return reply.type('application/json; charset=utf-8').send(await text)
  })
}
