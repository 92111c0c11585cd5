import { describe, expect, it } from 'vitest'
import { barsOf } from '#renderer/features/deliveries/phases.ts'

describe('the phases of an attempt', () => {
  it('follow one another; what did not happen takes no time, and the queue is not part of the exchange', () => {
    const { bars, totalMs } = barsOf({
      queueMs: 90_000,
      dnsMs: null,
      connectMs: 20,
      tlsMs: 40,
      firstByteMs: 130,
      bodyMs: 2,
    })
    expect(totalMs).toBe(192)
    expect(bars.map(({ label, startMs, durationMs }) => [label, startMs, durationMs])).toEqual([
      ['DNS', 0, null],
      ['Connect', 0, 20],
      ['TLS', 20, 40],
      ['First byte', 60, 130],
      ['Body', 190, 2],
    ])
  })
})
