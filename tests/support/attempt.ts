import type { AttemptRecord } from '#main/store/interface.ts'

/** An attempt that a receiver answered with 200 and nothing more, with what is different about it. */
export const anAttempt = (
  over: Pick<AttemptRecord, 'id' | 'deliveryId'> & Partial<AttemptRecord>,
): AttemptRecord => ({
  number: 1,
  startedAt: 0,
  finishedAt: 1,
  url: 'https://receiver.example/hook',
  statusCode: 200,
  errorClass: null,
  errorMessage: null,
  requestHeaders: {},
  responseHeaders: {},
  responseBody: null,
  responseBodyTruncated: false,
  remoteAddress: null,
  tlsVersion: null,
  tlsCertificateEndsAt: null,
  phases: { queueMs: 0, dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: 1, bodyMs: 1 },
  secretIds: [],
  nextAttemptAt: null,
  nextAttemptReason: null,
  delayedBy: null,
  ...over,
})
