import type { DeliveryDetail } from '#contract/events.ts'

/** Between sending and the end, the result is asked for often; live changes alone would gather for a while. */
export const watchMs = 500

/** Whether a trial, which has one attempt only, has no result yet. */
export const isUnderWay = ({ status, attemptList }: DeliveryDetail) =>
  (status === 'waiting' || status === 'sending') && attemptList.length === 0
