import type { Clock } from '#main/engine/clock.ts'
import { PatchbayError } from '#main/engine/errors.ts'
import type { Store } from '#main/store/interface.ts'

export const openDemo = async (_store: Store, _clock: Clock): Promise<void> => {
  throw new PatchbayError('demo_only')
}
export const ensureDemo = openDemo
