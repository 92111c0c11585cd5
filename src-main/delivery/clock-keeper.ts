import type { ClockJump, JumpMove, WorkQueue } from '#main/store/interface.ts'
import { type ClockWatch, spreadMsMax } from './clock-watch.ts'

/**
 * Puts right what a jump of the clock has done to the times of deliveries, a step in each turn of the worker. At the
 * beginning it looks for what an earlier run put off by a clock that was ahead.
 */
export class ClockKeeper {
  readonly #watch: Pick<ClockWatch, 'look'>
  readonly #queue: WorkQueue
  readonly #onJump: (jump: ClockJump) => void
  readonly #moves: JumpMove[] = []

  constructor(parts: {
    watch: Pick<ClockWatch, 'look'>
    queue: WorkQueue
    now: number
    onJump: (jump: ClockJump) => void
  }) {
    this.#watch = parts.watch
    this.#queue = parts.queue
    this.#onJump = parts.onJump
    this.#moves.push({ at: parts.now, byMs: 0, spreadMs: 0, from: null })
  }

  /** Whether something is still to be moved: nothing should be taken before. */
  get isMoving(): boolean {
    return this.#moves.length > 0
  }

  /** @returns whether times have changed. */
  async step(): Promise<boolean> {
    const jump = this.#watch.look()
    if (jump !== null) {
      this.#onJump(jump)
      this.#moves.push({ ...jump, spreadMs: Math.min(jump.byMs, spreadMsMax), from: null })
    }
    const [move] = this.#moves
    if (move === undefined) return false
    const next = await this.#queue.moveAfterJump(move)
    if (next === 'busy') return false
    if (next === null) this.#moves.shift()
    else this.#moves[0] = next
    return true
  }
}
