import { type DestinationStream, destination, type Logger, pino } from 'pino'

export type { Logger } from 'pino'

export const logLevels = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const
export type LogLevel = (typeof logLevels)[number]

/** Whatever is logged: the values at these names never are. */
const secretPaths = [
  'authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  'password',
  'secret',
  'token',
].flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`])

const causesMax = 5

/**
 * Name, message, stack and code of an error, of its causes, and of those that it is made of. Nothing else: libraries hang
 * the input of a call to their errors, and that may hold a secret.
 */
const describeError = (error: unknown, depth = 0): unknown => {
  if (!(error instanceof Error)) return { message: typeof error === 'string' ? error : 'not an error' }
  const inner = (one: unknown) => describeError(one, depth + 1)
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...(code !== undefined && { code }),
    ...(error.cause !== undefined && depth < causesMax && { cause: inner(error.cause) }),
    ...(error instanceof AggregateError && depth < causesMax && { errors: error.errors.map(inner) }),
  }
}

/** JSON lines on stderr: stdout belongs to the one line that says that the host is ready. */
export const createLog = (
  level: LogLevel,
  target: DestinationStream = destination({ dest: 2, sync: true }),
): Logger =>
  pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      redact: { paths: secretPaths, censor: '[redacted]' },
      serializers: { err: (error: unknown) => describeError(error) },
    },
    target,
  )
