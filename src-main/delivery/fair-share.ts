/**
 * Sharing the requests under way between webhooks and between organizations. A webhook may have as many as are still
 * free, an organization `organizationWeight` times as many: the more are taken, the fewer one can hold, so any number
 * of endpoints that hang leaves room for the others, and so does an organization with any number of webhooks.
 * Source: Choudhury and Hahne, Dynamic queue length thresholds, IEEE/ACM Transactions on Networking 6(2), 1998.
 */

/** An organization alone gets three quarters of everything. */
const organizationWeight = 3

export interface Share {
  /** Requests of the webhook that are under way … */
  readonly inFlight: number
  /** … of at most so many. */
  readonly concurrency: number
  /** Requests of its organization that are under way. */
  readonly ofOrganization: number
  /** How many more may be under way in all. */
  readonly free: number
}

/** Whether one more request may go out. Who has none under way gets one as long as one is free. */
export const maySend = ({ inFlight, concurrency, ofOrganization, free }: Share): boolean =>
  free > 0 &&
  inFlight < concurrency &&
  (inFlight === 0 || inFlight < free) &&
  (ofOrganization === 0 || ofOrganization < organizationWeight * free)

/** How many times in a row `taken < weight * free` holds, when each time one is taken. */
const fairOf = (taken: number, weight: number, free: number): number =>
  Math.max(Math.ceil((weight * free - taken) / (weight + 1)), taken === 0 ? 1 : 0)

/** How many requests in a row `maySend` would let out. */
export const slotsFor = ({ inFlight, concurrency, ofOrganization, free }: Share): number => {
  const fair = Math.min(fairOf(inFlight, 1, free), fairOf(ofOrganization, organizationWeight, free))
  return Math.max(0, Math.min(concurrency - inFlight, fair, free))
}
