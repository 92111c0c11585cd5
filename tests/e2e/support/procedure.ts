import type { Page } from '@playwright/test'
import { z } from 'zod'
import { problemSchema } from '#contract/decision.ts'

const answerSchema = z.object({ status: z.int(), body: z.object({ json: z.unknown() }) })
const refusedSchema = z.object({ data: problemSchema })

/** What the host said to a call: the error code, or null when it did what was asked. */
export interface Answer {
  readonly status: number
  readonly code: string | null
}

/**
 * Calls a procedure (`webhooks/create`) from the page with the session of its person, past everything that the
 * console draws or leaves out: a hidden button is never the protection.
 */
export const callProcedure = async (page: Page, procedure: string, input: unknown): Promise<Answer> => {
  const answered = await page.evaluate(
    async ({ path, json }) => {
      const response = await fetch(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ json }),
      })
      return { status: response.status, body: await response.json() }
    },
    { path: `/rpc/${procedure}`, json: input },
  )
  const { status, body } = answerSchema.parse(answered)
  return { status, code: status < 400 ? null : refusedSchema.parse(body.json).data.code }
}
