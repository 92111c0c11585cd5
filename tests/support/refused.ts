import { expect } from 'vitest'
import type { ErrorCode } from '#contract/errors.ts'
import { PatchbayError } from '#main/engine/errors.ts'

/** The error that a call is refused with; fails when it is answered, or with another code. */
export const refusedWith = async (code: ErrorCode, call: Promise<unknown>): Promise<PatchbayError> => {
  const error = await call.then(
    () => new Error('The call was answered.'),
    (reason: unknown) => reason,
  )
  if (!(error instanceof PatchbayError)) throw error
  expect(error.code).toBe(code)
  return error
}
