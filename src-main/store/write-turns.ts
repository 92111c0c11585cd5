/**
 * Two threads of one process write to the same database, and SQLite lets in one at a time. It makes the other look
 * again and again, standing still, and whoever writes without a pause keeps the other out. So they take turns here
 * first: waiting costs nothing, and a turn that ends goes to whoever waits. It is a courtesy between the two; the lock
 * of the database is what protects it, also against other programs.
 */
export interface WriteTurns {
  /** Whether `take` would have to wait. */
  areTaken(): boolean
  /** Resolves when it is the thread's turn; or after a while, so that a thread that died in its turn stops nobody. */
  take(): Promise<void>
  /** Ends the turn. Without one it does nothing. */
  end(): void
}

export const turnHolders = { host: 1, worker: 2 } as const
type Holder = (typeof turnHolders)[keyof typeof turnHolders]

/** Cell 0 is the holder, 0 when nobody is; the cells 1 and 2 say whether that holder waits. */
const cellCount = 3
const nobody = 0
/** Longer than a turn mostly takes. */
const patienceMs = 100

/** The memory of the turns, to be given to both threads. */
export const createTurnMemory = (): SharedArrayBuffer =>
  new SharedArrayBuffer(cellCount * Int32Array.BYTES_PER_ELEMENT)

/** The turns as one of the threads sees them. */
export const takeTurns = (memory: SharedArrayBuffer, me: Holder): WriteTurns => {
  const cells = new Int32Array(memory)
  const other = me === turnHolders.host ? turnHolders.worker : turnHolders.host

  const pass = (from: number, to: number): boolean => Atomics.compareExchange(cells, 0, from, to) === from
  const isMine = (): boolean => pass(nobody, me) || Atomics.load(cells, 0) === me

  return {
    areTaken: () => Atomics.load(cells, 0) === other,
    async take() {
      if (isMine()) return
      const until = performance.now() + patienceMs
      Atomics.store(cells, me, 1)
      while (!isMine()) {
        const leftMs = until - performance.now()
        if (leftMs <= 0) {
          pass(other, me)
          break
        }
        await Atomics.waitAsync(cells, 0, other, leftMs).value
      }
      Atomics.store(cells, me, 0)
    },
    end() {
      const waits = Atomics.load(cells, other) === 1
      if (!pass(me, waits ? other : nobody)) return
      // It may have begun to wait between the look and the pass.
      if (waits || (Atomics.load(cells, other) === 1 && pass(nobody, other))) Atomics.notify(cells, 0)
    },
  }
}
