import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Health } from '#contract/health.ts'
import { type Topic, topicSchema } from '#contract/live.ts'
import { emailSchema } from '#contract/session.ts'
import { PatchbayError } from '#main/engine/errors.ts'
import { invalidInput } from './problems.ts'
import { bearsToken, secureAnswer } from './security.ts'

export const changedSchema = z.object({
  topics: z.array(topicSchema).max(100),
  /** Whether less may be sent than before. */
  lessToSend: z.boolean(),
})
export const codeRequestSchema = z.object({ email: emailSchema.nullable() })
export const codeAnswerSchema = z.object({ signInUrl: z.string() })

export interface ControlParts {
  /** From host.json, which only the owner of the data directory can read. */
  readonly token: string
  changed(change: { readonly topics: readonly Topic[]; readonly lessToSend: boolean }): void
  /** The self-check. */
  health(): Promise<Health>
  /** Null when there is nobody who could sign in. */
  signInUrl(email: string | null): Promise<string | null>
}

const parse = <T>(schema: z.ZodType<T>, body: unknown): T => {
  const { data, error } = schema.safeParse(body)
  if (error) throw invalidInput(error.issues)
  return data
}

/** What the command line on the same machine says to the host that owns the data directory. */
export const registerControl = (
  server: FastifyInstance,
  { token, changed, health, signInUrl }: ControlParts,
): void => {
  server.register(async (scope) => {
    scope.addHook('onRequest', async (request, reply) => {
      if (!bearsToken(request, token)) throw new PatchbayError('not_signed_in')
      secureAnswer(reply)
    })
    scope.post('/control/changed', async (request, reply) => {
      changed(parse(changedSchema, request.body))
      return reply.code(204).send()
    })
    scope.post('/control/health', () => health())
    scope.post('/control/sign-in-code', async (request) => {
      const url = await signInUrl(parse(codeRequestSchema, request.body).email)
      if (url === null) throw new PatchbayError('not_found', { detail: 'There is nobody who could sign in.' })
      return { signInUrl: url } satisfies z.infer<typeof codeAnswerSchema>
    })
  })
}
