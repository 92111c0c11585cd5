/**
 * Sharing the requests under way between webhooks. A webhook may have as many as are still free: the more are
 * taken, the fewer one can hold, so any number of endpoints that hang leaves room for the others.
 * Source: Choudhury and Hahne, Dynamic queue length thresholds, IEEE/ACM Transactions on Networking 6(2), 1998.
 */

/** Whether one more request may go out. `free` is how many more may be under way in all. */
export const maySend = (inFlight: number, concurrency: number, free: number): boolean =>
  free > 0 && inFlight < concurrency && (inFlight === 0 || inFlight < free)

/** How many requests in a row `maySend` would let out. */
export const slotsFor = (inFlight: number, concurrency: number, free: number): number => {
  const fair = Math.max(Math.floor((free - inFlight + 1) / 2), inFlight === 0 ? 1 : 0)
  return Math.max(0, Math.min(concurrency - inFlight, fair, free))
}
