import type { Problem } from '#contract/decision.ts'
import { type ErrorCode, errorCodes, type FieldError } from '#contract/errors.ts'
import { PatchbayError } from '#main/engine/errors.ts'
import { StoreError } from '#main/store/errors.ts'

/** A path of keys as a JSON pointer (RFC 6901). */
export const toPointer = (path: readonly PropertyKey[]): string =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

/** The problem of a code, for whatever the host itself refuses. */
export const problemOfCode = (code: ErrorCode, detail?: string): Problem => ({
  type: `urn:patchbay:problem:${code}`,
  title: errorCodes[code].title,
  status: errorCodes[code].status,
  code,
  ...(detail !== undefined && { detail }),
})

const problemOfPatchbay = ({
  code,
  detail,
  fields,
  decision,
  retryAfterSeconds,
}: PatchbayError): Problem => ({
  ...problemOfCode(code, detail),
  ...(fields !== undefined && { errors: [...fields] }),
  ...(decision !== undefined && { decision }),
  ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
})

/** One issue of a schema, as zod and Standard Schema tell it. */
interface Issue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

const fieldErrorsMax = 20

const toField = ({ message, path = [] }: Issue): FieldError => ({
  path: toPointer(path.map((part) => (typeof part === 'object' ? part.key : part))),
  message,
})

/** Input that did not fit the schema of its procedure. */
export const invalidInput = (issues: readonly Issue[]): PatchbayError => {
  const fields = issues.slice(0, fieldErrorsMax).map(toField)
  const [first] = fields
  const detail = first === undefined ? undefined : `${first.path || 'The input'}: ${first.message}`
  return new PatchbayError('invalid', { fields, ...(detail !== undefined && { detail }) })
}

/** What Fastify throws before a handler runs. */
const codeOfFastify = (code: string): ErrorCode | null => {
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return 'payload_too_large'
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_EMPTY_TYPE':
      return 'unsupported_media_type'
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return 'malformed'
    default:
      return null
  }
}

/** SQLite's codes (https://sqlite.org/rescode.html) that say something about the machine, not about us. */
const codeOfSqlite = (code: string): ErrorCode | null => {
  if (/^SQLITE_(FULL|IOERR|READONLY|CANTOPEN)/.test(code)) return 'storage_failed'
  return /^SQLITE_(BUSY|LOCKED)/.test(code) ? 'busy' : null
}

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : '')

/** The problem of an error that we know; null for one that nobody foresaw, which must be logged. */
export const knownProblem = (error: unknown): Problem | null => {
  if (error instanceof PatchbayError) return error.code === 'internal' ? null : problemOfPatchbay(error)
  if (error instanceof StoreError && error.code === 'database_locked')
    return problemOfCode('busy', error.message)
  if (error instanceof StoreError && error.code === 'sync_failed') return problemOfCode('storage_failed')
  if (error instanceof StoreError || !(error instanceof Error)) return null
  const code = codeOfFastify(codeOf(error)) ?? codeOfSqlite(codeOf(error))
  if (code !== null) return problemOfCode(code)
  // secure-json-parse and Node's HTTP parser throw plain errors with the status of a bad request.
  return 'statusCode' in error && error.statusCode === 400 ? problemOfCode('malformed') : null
}

/** What a stranger learns of an error that nobody foresaw: where to find it in the log. */
export const unforeseenProblem = (reference: string): Problem =>
  problemOfCode('internal', `The log has the details under ${reference}.`)
