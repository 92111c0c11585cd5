import type { Topic } from '#contract/live.ts'
import type { ClockJump, TokenPauseRecord, WorkQueue } from '#main/store/interface.ts'
import type { Clock } from './clock.ts'
import type { ClockWatch } from './clock-watch.ts'
import type { Resolve } from './network-policy.ts'
import type { Network } from './network-state.ts'
import type { OpenChannel } from './way.ts'

/** What the engine of the worker needs of the world. */
export interface LoopParts {
  readonly queue: WorkQueue
  readonly clock: Clock
  /** In [0, 1). */
  readonly random: () => number
  readonly attemptId: (atMs: number) => string
  readonly openChannel: OpenChannel
  readonly network: Network
  /** Finds how far away the host of a URL is. */
  readonly resolve: Resolve
  /** Notices jumps of the clock; without one none is. */
  readonly watch?: Pick<ClockWatch, 'look'>
  readonly onJump?: (jump: ClockJump) => void
  /** The token endpoint of a webhook asks to be left alone; null: not any more. It is to be kept. */
  readonly onTokenPause: (webhookId: string, pause: TokenPauseRecord | null) => void
  readonly onChange: (topics: readonly Topic[]) => void
  /** What stands in the way at the moment, as a sentence; null when nothing does any more. */
  readonly onTrouble: (trouble: string | null) => void
}
