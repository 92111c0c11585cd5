import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { z } from 'zod'
import type { FieldError } from '#contract/errors.ts'
import { type EventType, eventTypeSchema } from '#contract/events.ts'
import { nearest } from './nearest.ts'

/** The event types of the installation. */
export interface EventTypes {
  list(): EventType[]
  /**
   * What is wrong with an event: an unknown type at `/type`, else up to ten findings of the type's schema
   * at pointers below `/data`. Empty when it is valid. No message repeats a value of the data.
   */
  check(type: string, data: unknown): FieldError[]
}

const errorsMax = 10
/** Names of properties are the sender's, and so is their length. */
const pathLengthMax = 512
/** No type name is longer (`eventTypeNameSchema`); what is longer is not searched for suggestions. */
const typeLengthMax = 128

const definitionsSchema = z.array(eventTypeSchema).superRefine((types, context) => {
  const seen = new Set<string>()
  types.forEach(({ name }, index) => {
    if (seen.has(name))
      context.addIssue({ code: 'custom', path: [index, 'name'], message: `${name} is there twice` })
    seen.add(name)
  })
})

/** What each format of JSON Schema is called for people. */
const formatTexts: Readonly<Record<string, string>> = {
  email: 'an email address',
  'date-time': 'a date and time with its offset, like 2026-11-20T10:00:00Z',
  date: 'a date, like 2026-11-20',
  uri: 'an absolute URL',
}

/** Escapes a property name for a JSON pointer (RFC 6901, section 3). */
const pointerPart = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')

const describe = ({ keyword, instancePath, params, message }: ErrorObject): FieldError => {
  const path = `/data${instancePath}`
  switch (keyword) {
    case 'required':
      return { path: `${path}/${pointerPart(String(params.missingProperty))}`, message: 'is required' }
    case 'type':
      return { path, message: `must be ${[params.type].flat().join(' or ')}` }
    case 'enum':
      return { path, message: `must be one of ${[params.allowedValues].flat().join(', ')}` }
    case 'format':
      return { path, message: `must be ${formatTexts[String(params.format)] ?? `a ${params.format}`}` }
    default:
      return { path, message: message ?? 'is not valid' }
  }
}

const toFieldError = (error: ErrorObject): FieldError => {
  const { path, message } = describe(error)
  return { path: path.slice(0, pathLengthMax), message }
}

const unknownType = (type: string, names: readonly string[]): FieldError => {
  const near = type.length <= typeLengthMax ? nearest(type, names) : []
  const hint = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : ''
  return { path: '/type', message: `There is no event type of this name.${hint}` }
}

/**
 * Makes the event types from their definitions (`resources/event-types.json`), JSON Schema draft 2020-12.
 * @throws when the definitions are not of their form or a schema does not compile.
 */
export const createEventTypes = (definitions: unknown): EventTypes => {
  const types = definitionsSchema.parse(definitions)
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true })
  formats.default(ajv)
  const validators = new Map<string, ValidateFunction>(
    types.map(({ name, schema }) => [name, ajv.compile(schema)]),
  )
  const names = types.map(({ name }) => name)
  return {
    list: () => [...types],
    check(type, data) {
      const validate = validators.get(type)
      if (validate === undefined) return [unknownType(type, names)]
      return validate(data) ? [] : (validate.errors ?? []).slice(0, errorsMax).map(toFieldError)
    },
  }
}

/** Whether a pattern of a webhook (`attendee.registered`, `attendee.*`, `*`) covers an event type. */
export const matches = (pattern: string, type: string): boolean =>
  pattern === '*' || pattern === type || (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1)))
