import { z } from 'zod'
import { fieldPathSchema } from './field-path.ts'

const scalarSchema = z.union([z.string().max(1_000), z.number(), z.boolean(), z.null()])
export type Scalar = z.infer<typeof scalarSchema>
const orderedSchema = z.union([z.string().max(1_000), z.number()])
const listSchema = z.array(scalarSchema).min(1).max(100)

/**
 * What is asked of one field; all that are given must hold. A field that is absent equals nothing, not even null: so
 * `$eq`, `$in`, the orders and `$startsWith` do not hold for it, and `$neq` and `$nin`, which are their opposites, do.
 * Lists and objects equal nothing either. Numbers are ordered among numbers and texts among texts (by their code
 * units, so that ISO times sort as times); between others no order holds. `$exists` asks for the field, also a null.
 */
export const comparisonSchema = z
  .strictObject({
    $eq: scalarSchema.optional(),
    $neq: scalarSchema.optional(),
    $gt: orderedSchema.optional(),
    $gte: orderedSchema.optional(),
    $lt: orderedSchema.optional(),
    $lte: orderedSchema.optional(),
    $in: listSchema.optional(),
    $nin: listSchema.optional(),
    $exists: z.boolean().optional(),
    $startsWith: z.string().min(1).max(1_000).optional(),
  })
  .refine((comparison) => Object.keys(comparison).length > 0, 'Give at least one operator')
export type Comparison = z.infer<typeof comparisonSchema>

/** Conditions within conditions go no deeper … */
export const conditionDepthMax = 5
/** … there are no more of them side by side … */
export const conditionsMax = 20
/** … and they ask for no more fields in all. */
export const conditionFieldsMax = 100

export type Condition =
  | { $and: Condition[] }
  | { $or: Condition[] }
  | { $not: Condition }
  | Record<string, Scalar | Comparison>

const fieldsSchema = z
  .record(
    fieldPathSchema,
    z.union([scalarSchema, comparisonSchema], { error: 'Give a value, or operators like {"$gte": 10}' }),
  )
  .refine((fields) => Object.keys(fields).length > 0, 'Name at least one field')

const notACondition = 'Name fields with what is asked of them, or combine such with $and, $or and $not'

/** `$and`, `$or` or `$not`, with nothing beside it. */
const alone = <S extends z.core.$ZodLooseShape>(name: string, shape: S) =>
  z.strictObject(shape, {
    error: ({ code }) =>
      code === 'unrecognized_keys'
        ? `${name} stands alone: put it into $and with what is beside it`
        : undefined,
  })

/** One level of conditions over the one below it: finite, so that no input can exhaust the stack. */
const conditionOver = (below: z.ZodType<Condition, Condition>): z.ZodType<Condition, Condition> => {
  const several = z.array(below).min(1).max(conditionsMax)
  return z.union(
    [
      alone('$and', { $and: several }),
      alone('$or', { $or: several }),
      alone('$not', { $not: below }),
      fieldsSchema,
    ],
    { error: notACondition },
  )
}

/** What a condition is made of: conditions, or fields with what is asked of them. */
export type ConditionParts =
  | { readonly kind: 'and' | 'or' | 'not'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'fields'; readonly fields: readonly (readonly [path: string, Comparison])[] }

const isComparison = (asked: Scalar | Comparison): asked is Comparison =>
  typeof asked === 'object' && asked !== null
const isAnd = (condition: Condition): condition is { $and: Condition[] } => Object.hasOwn(condition, '$and')
const isOr = (condition: Condition): condition is { $or: Condition[] } => Object.hasOwn(condition, '$or')
const isNot = (condition: Condition): condition is { $not: Condition } => Object.hasOwn(condition, '$not')

/** A condition taken apart. A field with a mere value is asked to equal it. */
export const partsOf = (condition: Condition): ConditionParts => {
  if (isAnd(condition)) return { kind: 'and', conditions: condition.$and }
  if (isOr(condition)) return { kind: 'or', conditions: condition.$or }
  if (isNot(condition)) return { kind: 'not', conditions: [condition.$not] }
  const fields = Object.entries(condition).map(
    ([path, asked]) => [path, isComparison(asked) ? asked : { $eq: asked }] as const,
  )
  return { kind: 'fields', fields }
}

/** The paths that a condition asks for, in their order; one that is asked for twice is there twice. */
export const pathsOf = (condition: Condition): string[] => {
  const parts = partsOf(condition)
  return parts.kind === 'fields' ? parts.fields.map(([path]) => path) : parts.conditions.flatMap(pathsOf)
}

/**
 * Which events a webhook gets, by fields of their body. `{"data.total": {"$gte": 100}}`; several fields of one object
 * must all hold; `$and`, `$or` and `$not` combine.
 */
export const conditionSchema: z.ZodType<Condition, Condition> = Array.from({ length: conditionDepthMax - 1 })
  .reduce((below: z.ZodType<Condition, Condition>) => conditionOver(below), fieldsSchema)
  .refine((condition) => pathsOf(condition).length <= conditionFieldsMax, {
    error: `Ask for at most ${conditionFieldsMax} fields`,
  })

/**
 * How the body is changed before it is signed and sent. Steps run in their order; none evaluates code. A step whose
 * field is not there changes nothing, nor does one whose new place would lie inside of a text, a number or a list
 * that has no such place. What is taken out of a list leaves a null, so that the places after it stay.
 */
export const shapeStepSchema = z.discriminatedUnion('kind', [
  /** Only these fields are kept, at their places, in this order. */
  z.strictObject({
    kind: z.literal('pick'),
    paths: z.array(fieldPathSchema).min(1, 'Name the fields to keep').max(50, 'At most 50 fields'),
  }),
  z.strictObject({ kind: z.literal('rename'), from: fieldPathSchema, to: fieldPathSchema }),
  /** Sets a field, whether it is there or not. */
  z.strictObject({ kind: z.literal('constant'), path: fieldPathSchema, value: scalarSchema }),
  /** All but the last `keep` characters of a longer text become `*`, all of a shorter one; anything else becomes `***`. */
  z.strictObject({
    kind: z.literal('mask'),
    path: fieldPathSchema,
    keep: z.int('Give a whole number').min(0, 'At least 0').max(16, 'At most 16'),
  }),
])
export type ShapeStep = z.infer<typeof shapeStepSchema>

export const contentTypes = ['json', 'form'] as const
export const contentTypeSchema = z.enum(contentTypes)
export type ContentType = z.infer<typeof contentTypeSchema>
/** What `content-type` says of each. */
export const mediaTypes: Readonly<Record<ContentType, string>> = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
}
/** A body is shaped to at most so many bytes. Where it would have more, nothing is sent, and the attempt fails. */
export const shapedBytesMax = 256 * 1024

export const shapeSchema = z.strictObject({
  steps: z.array(shapeStepSchema).max(30),
  /**
   * `form`: fields and lists inside of others as `data[email]` and `data[tags][0]`; a null is an empty text, and
   * empty lists and objects are left out.
   */
  contentType: contentTypeSchema,
})
export type Shape = z.infer<typeof shapeSchema>

export const headerNameSchema = z
  .string()
  .max(100)
  .regex(/^(?!__proto__$)[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'Not the name of an HTTP header')

const reservedHeader =
  /^(content-(type|length|encoding)|host|connection|transfer-encoding|user-agent|authorization|cookie2?|te|upgrade|http2-settings|keep-alive|trailer|expect|stripe-signature|(webhook-|proxy-|x-hub-signature).*)$/i

/** Why a header cannot be set by hand; null when it can. */
export const reservedHeaderProblem = (name: string): string | null => {
  if (!reservedHeader.test(name)) return null
  if (/^authorization$/i.test(name)) return 'Use authentication for this header: its value is a secret'
  return 'Patchbay sets this header itself'
}

/** A header that goes along with every request. Not for secrets: those are credentials. */
export const customHeaderSchema = z.strictObject({
  name: headerNameSchema.superRefine((name, context) => {
    const message = reservedHeaderProblem(name)
    if (message !== null) context.addIssue({ code: 'custom', message })
  }),
  value: z
    .string()
    .max(1_000)
    .regex(/^[\t\x20-\x7e]*$/, 'Only printable ASCII'),
})
export type CustomHeader = z.infer<typeof customHeaderSchema>

/** Each name once, whatever its case. */
export const customHeadersSchema = z
  .array(customHeaderSchema)
  .max(20)
  .superRefine((headers, context) => {
    const names = headers.map(({ name }) => name.toLowerCase())
    for (const [index, name] of names.entries()) {
      if (names.indexOf(name) === index) continue
      context.addIssue({ code: 'custom', path: [index, 'name'], message: 'This header is there twice' })
    }
  })

/** For receivers that were built for others, in addition to Standard Webhooks. */
export const signatureStyles = ['github', 'stripe'] as const
export const signatureStyleSchema = z.enum(signatureStyles)
export type SignatureStyle = z.infer<typeof signatureStyleSchema>

/** How Patchbay shows itself to the receiver. The secret parts are credentials, sealed and never shown again. */
export const authenticationSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  /** Credential `password`. */
  z.strictObject({ kind: z.literal('basic'), username: z.string().min(1).max(200) }),
  /** Credential `token`. */
  z.strictObject({ kind: z.literal('bearer') }),
  /** Credential `token`, as the value of a header of this name. */
  z.strictObject({ kind: z.literal('header'), name: headerNameSchema }),
  /** Client credentials (RFC 6749, 4.4). Credential `clientSecret`. */
  z.strictObject({
    kind: z.literal('oauth2'),
    tokenUrl: z
      .string()
      .trim()
      .max(2048)
      .pipe(z.url({ protocol: /^https?$/ })),
    clientId: z.string().min(1).max(200),
    scope: z.string().max(500).nullable(),
  }),
])
export type Authentication = z.infer<typeof authenticationSchema>

/** At most `count` requests in `seconds`, evenly (token bucket). */
export const throttleSchema = z.strictObject({
  count: z.int('Give a whole number').min(1, 'At least 1').max(10_000, 'At most 10,000'),
  seconds: z.int('Give a whole number').min(1, 'At least 1').max(3_600, 'At most 3,600'),
})
export type Throttle = z.infer<typeof throttleSchema>

const pemSchema = z
  .string()
  .max(32 * 1024)
  .regex(/-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/, 'Not a certificate in PEM form')

/** Settings of a webhook beyond where and what: none of them is secret. */
export const webhookOptionsSchema = z.object({
  /** One delivery after the other, in the order of the events (FIFO). */
  ordered: z.boolean(),
  throttle: throttleSchema.nullable(),
  condition: conditionSchema.nullable(),
  shape: shapeSchema.nullable(),
  headers: customHeadersSchema,
  signatureStyles: z.array(signatureStyleSchema).max(signatureStyles.length),
  authentication: authenticationSchema,
  /** Trusted for this webhook beside those of the system. */
  caCertificate: pemSchema.nullable(),
  /** Shown to the receiver (mutual TLS); its key is the credential `clientKey`. */
  clientCertificate: pemSchema.nullable(),
})
export type WebhookOptions = z.infer<typeof webhookOptionsSchema>

/** Of a webhook that nobody has said anything else about. */
export const defaultWebhookOptions: WebhookOptions = {
  ordered: false,
  throttle: null,
  condition: null,
  shape: null,
  headers: [],
  signatureStyles: [],
  authentication: { kind: 'none' },
  caCertificate: null,
  clientCertificate: null,
}

/** The options that are stored, with the defaults of those that are not. */
export const parseWebhookOptions = (stored: unknown): WebhookOptions => ({
  ...defaultWebhookOptions,
  ...webhookOptionsSchema.partial().parse(stored),
})
