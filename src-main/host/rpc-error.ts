import { ORPCError } from '@orpc/server'
import type { Problem } from '#contract/decision.ts'

/** A problem as the console's client reads it: our code and status, the problem as data. */
export const rpcErrorOf = (problem: Problem): ORPCError<string, Problem> =>
  new ORPCError(problem.code, {
    status: problem.status,
    message: problem.detail ?? problem.title,
    data: problem,
  })
