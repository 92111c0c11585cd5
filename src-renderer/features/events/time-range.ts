import { useMemo } from 'react'
import { useChoiceParam, useSearchParam } from '#renderer/ui/search-params.ts'

const hourMs = 3_600_000
const lengthsMs = {
  '1h': hourMs,
  '24h': 24 * hourMs,
  '7d': 7 * 24 * hourMs,
  '30d': 30 * 24 * hourMs,
} as const

export const timeRanges = ['1h', '24h', '7d', '30d', 'custom'] as const
export type TimeRange = (typeof timeRanges)[number]

export const timeRangeOptions = [
  { value: '1h', label: 'Last hour' },
  { value: '24h', label: 'Last 24 hours' },
  { value: '7d', label: 'Last 7 days' },
  { value: '30d', label: 'Last 30 days' },
  { value: 'custom', label: 'From … to …' },
] as const satisfies readonly { value: TimeRange; label: string }[]

/** `2026-11-20T18:04` in the person's time zone as Unix ms; undefined when it is not one. */
const parseLocal = (text: string): number | undefined => {
  const at = new Date(text).getTime()
  return Number.isNaN(at) || at < 0 ? undefined : at
}

/** The names in the URL that {@link useTimeRange} keeps. */
export const timeRangeParams = ['range', 'from', 'to'] as const

/** A range of time in the URL: one of the usual lengths until now, or two times of one's own. */
export const useTimeRange = () => {
  const [range, setRange] = useChoiceParam('range', timeRanges, '')
  const [from, setFrom] = useSearchParam('from')
  const [to, setTo] = useSearchParam('to')
  const limits = useMemo(() => {
    if (range === '') return {}
    if (range === 'custom') return { since: parseLocal(from), until: parseLocal(to) }
    return { since: Date.now() - lengthsMs[range] }
  }, [range, from, to])
  return { range, setRange, from, setFrom, to, setTo, limits }
}
