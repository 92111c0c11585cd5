import { expect } from 'vitest'
import { StoreError, type StoreErrorCode } from '#main/store/errors.ts'

/** The error that work on a store ends with; fails when it ends well, or otherwise. */
export const storeErrorOf = async (code: StoreErrorCode, work: () => unknown): Promise<StoreError> => {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    expect(error.code).toBe(code)
    return error
  }
  throw new Error('The work ended well.')
}
