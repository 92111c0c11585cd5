import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { headersSchema } from '#contract/events.ts'
import {
  signedAtOf,
  toleranceSecondsDefault,
  type Verification,
  type VerificationStyle,
  verificationStyles,
  verify,
} from '#main/delivery/verify.ts'
import { PatchbayError } from '#main/engine/errors.ts'
import { type CommandLine, type CommonFlags, collectWhole, parsed, parsedJson, report } from '../command.ts'
import { UsageError } from '../output.ts'

interface VerifyFlags extends CommonFlags {
  readonly secret?: readonly string[]
  readonly header?: readonly string[]
  readonly bodyFile?: string
  readonly tolerance: string
  readonly allowStale?: true
  readonly style?: string
}

export const secretFlag = 'whsec_… or whpk_…; may be repeated; or PATCHBAY_WEBHOOK_SECRET'
export const styleFlag = 'standard, github or stripe; by default what the headers tell'

/** What `listen --json` prints of a request is such a file, too. */
const savedRequestSchema = z.object({
  headers: headersSchema,
  body: z.string('The body must be the exact text that was received: parsed and printed again it differs.'),
})
type SavedRequest = z.infer<typeof savedRequestSchema>

/** Secrets from the flag, or from the variable: other users of the machine see the arguments of a command. */
export const secretsOf = ({ secret }: { readonly secret?: readonly string[] }): readonly string[] => {
  const fromEnvironment = process.env.PATCHBAY_WEBHOOK_SECRET
  return secret ?? (fromEnvironment ? fromEnvironment.split(' ') : [])
}

const headerOf = (text: string): [string, string] => {
  const at = text.indexOf(':')
  if (at < 1) throw new UsageError(`A header looks like 'webhook-id: evt_…', not ${text}.`)
  return [text.slice(0, at).trim(), text.slice(at + 1).trim()]
}

const requestOf = (file: string | undefined, { header, bodyFile }: VerifyFlags): SavedRequest => {
  if (file !== undefined && header === undefined && bodyFile === undefined) {
    return parsed(savedRequestSchema, parsedJson(readFileSync(file, 'utf8'), file))
  }
  if (file !== undefined || header === undefined || bodyFile === undefined) {
    throw new UsageError('Give a file with headers and body, or --header and --body-file.')
  }
  return { headers: Object.fromEntries(header.map(headerOf)), body: readFileSync(bodyFile, 'utf8') }
}

/** The clock to check by: for an old capture, the one of its own timestamp. */
const nowOf = (
  { headers }: SavedRequest,
  { allowStale, style }: { allowStale: boolean; style: VerificationStyle | undefined },
): number => {
  const seconds = allowStale ? signedAtOf(headers, style) : null
  return seconds === null ? Date.now() : seconds * 1000
}

/** The flag `--style`. */
export const styleSchema = z.enum(verificationStyles).optional()

/** @throws PatchbayError `invalid` when a secret is none; the message does not repeat it. */
export const verifyRequest = (
  { headers, body }: SavedRequest,
  secrets: readonly string[],
  options: Parameters<typeof verify>[3],
): Verification => {
  try {
    return verify(headers, body, secrets, options)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new PatchbayError('invalid', { detail: cause.message, cause })
  }
}

export const addVerifyCommand = (line: CommandLine): void => {
  line.program
    .command('verify')
    .description('Check the signature of a saved request; exit code 0 when it is right, 1 when not')
    .argument('[file]', 'JSON with headers and body, as listen --json prints it')
    .option('--secret <secret>', secretFlag, collectWhole)
    .option('--style <style>', styleFlag)
    .option('--header <header>', "'name: value'; may be repeated", collectWhole)
    .option('--body-file <file>', 'the body, byte by byte')
    .option('--tolerance <seconds>', 'how far the timestamp may be off', String(toleranceSecondsDefault))
    .option('--allow-stale', 'do not mind how old the request is')
    .option('--json', 'print one JSON document')
    .action((file: string | undefined, flags: VerifyFlags) =>
      report(line, flags, async () => {
        const secrets = secretsOf(flags)
        if (secrets.length === 0) throw new UsageError('Give --secret, or set PATCHBAY_WEBHOOK_SECRET.')
        const request = requestOf(file, flags)
        const style = parsed(styleSchema, flags.style)
        const result = verifyRequest(request, secrets, {
          style,
          nowMs: nowOf(request, { allowStale: flags.allowStale === true, style }),
          toleranceSeconds: parsed(z.coerce.number().int().min(0), flags.tolerance),
        })
        return {
          document: result,
          lines: result.valid
            ? ['The signature is right.']
            : ['The signature does not verify.', ...result.problems.map(({ message }) => `- ${message}`)],
          exitCode: result.valid ? 0 : 1,
        }
      }),
    )
}
