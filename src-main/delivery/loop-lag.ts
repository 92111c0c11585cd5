const tickMs = 1_000
const ticksKept = 60

/** How late a thread comes to what it should do. */
export interface LoopLag {
  /** The longest delay of the last minute, ms. */
  maxMs(): number
  stop(): void
}

/** Watches the event loop of this thread: one small timer a second. */
export const watchLoopLag = (): LoopLag => {
  const delays: number[] = []
  let dueAt = performance.now() + tickMs
  const timer = setInterval(() => {
    const now = performance.now()
    delays.push(Math.max(0, now - dueAt))
    if (delays.length > ticksKept) delays.shift()
    dueAt = now + tickMs
  }, tickMs).unref()
  return {
    maxMs: () => Math.max(0, performance.now() - dueAt, ...delays),
    stop: () => clearInterval(timer),
  }
}
