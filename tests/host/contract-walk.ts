import { type AnySchema, type ContractProcedure, type ErrorMap, isContractProcedure } from '@orpc/contract'
import { z } from 'zod'
import { consoleContract } from '#contract/console.ts'
import { type IdPrefix, idPrefixes } from '#contract/ids.ts'
import type { Access, ProcedureMeta } from '#contract/procedure.ts'
import { type TenantAccess, type TenantMeta, tenantContract } from '#contract/tenant.ts'
import connectors from '#resources/connectors.json' with { type: 'json' }

type JsonSchema = z.core.JSONSchema.JSONSchema

/** Something of a contract that takes an input. */
export interface Endpoint<Demand = Access | TenantAccess> {
  /** `webhooks.get` or `GET /v1/webhooks/{webhookId}`. */
  readonly where: string
  readonly access: Demand
  /** Null when it takes none. */
  readonly input: z.ZodType | null
}
export type Procedure = Endpoint<Access>
export interface Route extends Endpoint<TenantAccess> {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  readonly path: string
}

type AnyContract<Meta extends Record<string, unknown>> = ContractProcedure<
  AnySchema,
  AnySchema,
  ErrorMap,
  Meta
>

const inputOf = (schema: unknown, where: string): z.ZodType | null => {
  if (schema === undefined) return null
  if (schema instanceof z.ZodType) return schema
  throw new Error(`The input of ${where} is no schema of zod.`)
}

const toProcedure = (where: string, contract: AnyContract<ProcedureMeta>): Procedure => {
  const { meta, inputSchema } = contract['~orpc']
  if (meta.access === undefined) throw new Error(`${where} declares no access.`)
  return { where, access: meta.access, input: inputOf(inputSchema, where) }
}

/** Everything that the console can call, but the stream of live changes, which never ends. */
export const procedures: readonly Procedure[] = Object.entries(consoleContract)
  .flatMap(([noun, ofNoun]) =>
    Object.entries(ofNoun).map(([name, contract]) => toProcedure(`${noun}.${name}`, contract)),
  )
  .filter(({ where }) => where !== 'live.changes')

const toRoute = (contract: AnyContract<TenantMeta>): Route => {
  const { meta, route, inputSchema } = contract['~orpc']
  const { method, path } = route
  const where = `${method} ${path}`
  if (method === undefined || method === 'HEAD' || path === undefined || meta.access === undefined) {
    throw new Error(`The route ${where} is not complete.`)
  }
  return { where, method, path, access: meta.access, input: inputOf(inputSchema, where) }
}

/** The routes of the tenant API. */
export const routes: readonly Route[] = Object.values(tenantContract).flatMap((branch) =>
  isContractProcedure(branch)
    ? [toRoute(branch)]
    : Object.values(branch).map((contract: AnyContract<TenantMeta>) => toRoute(contract)),
)

const isSchema = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null

const prefixOf = ({ pattern }: JsonSchema): IdPrefix | null =>
  Object.values(idPrefixes).find((prefix) => pattern?.startsWith(`^${prefix}_[`)) ?? null

const alternativesOf = ({ anyOf, oneOf }: JsonSchema): readonly JsonSchema[] => anyOf ?? oneOf ?? []

const jsonSchemas = new WeakMap<z.ZodType, JsonSchema>()

/** Made once: the walks make thousands of inputs of the same schema. */
const jsonSchemaOf = (input: z.ZodType): JsonSchema => {
  const made = jsonSchemas.get(input) ?? z.toJSONSchema(input, { io: 'input' })
  jsonSchemas.set(input, made)
  return made
}

/**
 * A place in an input that takes an id. The way there is made of names of properties, of `[]` for the elements of a
 * list, of numbers for the alternatives of a union, and of `kind=webhook` where the kind of a thing stands beside its id.
 */
export interface IdPlace {
  readonly prefix: IdPrefix
  readonly way: readonly (string | number)[]
}

const kindMark = 'kind='

/** The places of a `{ kind, id }` whose id may be of any kind: a place for each. */
const findKinds = ({ properties = {} }: JsonSchema, way: IdPlace['way']): IdPlace[] => {
  const { kind, id } = properties
  if (!isSchema(kind) || !isSchema(id) || kind.enum === undefined || id.pattern !== undefined) return []
  return kind.enum.map((value) => {
    const noun = String(value).replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase())
    const found = Object.entries(idPrefixes).find(([name]) => name === noun)
    if (found === undefined) throw new Error(`There is no id of the kind ${value}.`)
    return { prefix: found[1], way: [...way, `${kindMark}${value}`] }
  })
}

const findPlaces = (schema: JsonSchema, way: IdPlace['way']): IdPlace[] => {
  const prefix = prefixOf(schema)
  if (prefix !== null) return [{ prefix, way }]
  const kinds = findKinds(schema, way)
  if (kinds.length > 0) return kinds
  const { items, properties = {} } = schema
  return [
    ...Object.entries(properties).flatMap(([name, property]) =>
      isSchema(property) ? findPlaces(property, [...way, name]) : [],
    ),
    ...(isSchema(items) && !Array.isArray(items) ? findPlaces(items, [...way, '[]']) : []),
    ...alternativesOf(schema).flatMap((alternative, index) => findPlaces(alternative, [...way, index])),
  ]
}

/** Every place of an id in the input of an endpoint, however deep. */
export const idPlacesOf = ({ input }: Endpoint): IdPlace[] =>
  input === null ? [] : findPlaces(jsonSchemaOf(input), [])

/** For texts of a form that a schema alone does not tell, by the name of their field. */
const texts: Readonly<Record<string, string>> = {
  /** No name, so that nobody is asked for its address. */
  url: 'https://203.0.113.7/hook',
  email: 'somebody.else@people.example',
  events: '*',
  type: 'attendee.registered',
  connectorId: connectors[0]?.id ?? '',
  target: '192.0.2.1',
}

interface Making {
  /** The way to the place that must be there; the rest is what the schema demands and no more. */
  readonly way: IdPlace['way']
  readonly prefix: IdPrefix | null
  readonly idOf: (prefix: IdPrefix, isPlace: boolean) => string
  /** Of the nearest field around. */
  readonly name: string
}

const makeText = (schema: JsonSchema, { way, idOf, name }: Making): string => {
  const prefix = prefixOf(schema)
  if (prefix !== null) return idOf(prefix, way.length === 0)
  return texts[name] ?? 'x'.repeat(schema.minLength ?? 1)
}

/** The way inside everything that the place is not in. */
const elsewhere = ['elsewhere']

const makeObject = ({ properties = {}, required = [] }: JsonSchema, making: Making): unknown => {
  const [next, ...rest] = making.way
  if (typeof next === 'string' && next.startsWith(kindMark) && making.prefix !== null) {
    return { kind: next.slice(kindMark.length), id: making.idOf(making.prefix, true) }
  }
  const made = Object.entries(properties).flatMap(([name, property]) => {
    if (!isSchema(property) || (name !== next && !required.includes(name))) return []
    return [[name, make(property, { ...making, name, way: name === next ? rest : elsewhere })]]
  })
  return Object.fromEntries(made)
}

const makeUnion = (alternatives: readonly JsonSchema[], making: Making): unknown => {
  const [next, ...rest] = making.way
  const ofWay = typeof next === 'number' ? alternatives[next] : undefined
  if (ofWay !== undefined) return make(ofWay, { ...making, way: rest })
  const chosen = alternatives.find(({ type }) => type === 'null') ?? alternatives[0]
  return make(chosen ?? {}, making)
}

const make = (schema: JsonSchema, making: Making): unknown => {
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return schema.enum[0]
  const alternatives = alternativesOf(schema)
  if (alternatives.length > 0) return makeUnion(alternatives, making)
  switch (schema.type) {
    case 'object':
      return makeObject(schema, making)
    case 'array': {
      const [next, ...rest] = making.way
      const count = Math.max(schema.minItems ?? 0, next === '[]' ? 1 : 0)
      const item = isSchema(schema.items) && !Array.isArray(schema.items) ? schema.items : {}
      return Array.from({ length: count }, () =>
        make(item, { ...making, way: next === '[]' ? rest : elsewhere }),
      )
    }
    case 'string':
      return makeText(schema, making)
    case 'integer':
    case 'number':
      return schema.minimum ?? 0
    case 'boolean':
      return false
    default:
      return null
  }
}

const inputSchema = z.record(z.string(), z.unknown())

/**
 * The smallest input that an endpoint takes, with the place in it where there is one.
 * @throws when it does not fit the schema: then the field needs a text above.
 */
export const inputWith = (
  { where, input }: Endpoint,
  idOf: Making['idOf'],
  place?: IdPlace,
): Record<string, unknown> => {
  if (input === null) return {}
  const made = make(jsonSchemaOf(input), {
    way: place?.way ?? elsewhere,
    prefix: place?.prefix ?? null,
    idOf,
    name: '',
  })
  const { error } = input.safeParse(made)
  if (error) throw new Error(`The input made for ${where} does not fit: ${z.prettifyError(error)}`)
  return inputSchema.parse(made)
}
