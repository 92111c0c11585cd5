import { describe, expect, it } from 'vitest'
import { previewOf, spanText, windowText } from '#renderer/features/webhooks/schedule-preview.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const evening = new Date(2026, 10, 28, 18, 35, 4).getTime()
const window = (fromMs: number, toMs: number) => ({
  number: 2,
  fromAt: evening + fromMs,
  toAt: evening + toMs,
})

describe('when an attempt is, by the clock of the person', () => {
  it.each([
    [0, 0, 'today 18:35:04'],
    [5_000, 5_500, 'today 18:35:09'],
    [5_000, 6_500, 'today 18:35:09 to 18:35:10'],
    [30 * minuteMs, 33 * minuteMs, 'today 19:05 to 19:08'],
    [5 * hourMs, 6 * hourMs, 'today 23:35 to tomorrow 00:35'],
    [7 * hourMs, 8 * hourMs, 'tomorrow 01:35 to 02:35'],
    [72 * hourMs, 74 * hourMs, 'Tue 1 Dec 18:35 to 20:35'],
  ])('from %d ms to %d ms it is %s', (fromMs, toMs, text) =>
    expect(windowText(window(fromMs, toMs), evening)).toBe(text),
  )
})

describe('the preview of a schedule', () => {
  it('has one window for each attempt, the standard ones where there is no own schedule', () => {
    expect(previewOf(null, evening)).toHaveLength(10)
    expect(previewOf([0, minuteMs], evening)).toEqual([
      { number: 1, fromAt: evening, toAt: evening },
      { number: 2, fromAt: evening + minuteMs, toAt: evening + minuteMs + 6_000 },
    ])
  })

  it('says how long it takes until the last attempt', () => {
    expect(spanText(previewOf([0], evening), evening)).toBe('0 ms')
    expect(spanText(previewOf([0, minuteMs], evening), evening)).toBe('1 min to 1 min 6 s')
    expect(spanText(previewOf(null, evening), evening)).toBe('3 d 3 h to 3 d 5 h')
  })
})
