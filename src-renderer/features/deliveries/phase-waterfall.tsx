import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import { formatDuration } from '#contract/duration.ts'
import type { Phases } from '#contract/events.ts'
import { barsOf, type PhaseBar } from './phases.ts'

/** A bar that is too short to see is drawn this wide, in percent of the track. */
const shownPercentMin = 0.6

const percentOf = (ms: number, totalMs: number) => (totalMs === 0 ? 0 : (ms / totalMs) * 100)

const Line = ({
  label,
  meaning,
  durationMs,
  strong = false,
  children,
}: {
  label: string
  meaning?: string
  durationMs: number | null
  strong?: boolean
  children?: ReactNode
}) => (
  <tr className={clsx(durationMs === null && 'text-muted')}>
    <th
      scope="row"
      title={meaning}
      className={clsx('w-20 py-0.5 pr-3 text-start text-xs', strong ? 'font-semibold' : 'font-normal')}
    >
      {label}
    </th>
    <td className="py-0.5">{children}</td>
    <td
      className={clsx(
        'w-18 py-0.5 pl-3 text-end font-mono text-xs whitespace-nowrap',
        strong && 'font-semibold',
      )}
    >
      {durationMs === null ? <span title="This phase did not happen">–</span> : formatDuration(durationMs)}
    </td>
  </tr>
)

const Bar = ({ bar, totalMs }: { bar: PhaseBar; totalMs: number }) => {
  const width = Math.max(percentOf(bar.durationMs ?? 0, totalMs), shownPercentMin)
  const left = Math.min(percentOf(bar.startMs, totalMs), 100 - width)
  return (
    <div aria-hidden className="relative h-3 rounded-sm bg-sunken">
      {bar.durationMs !== null && (
        <div
          className="absolute inset-y-0 rounded-sm bg-accent-solid"
          style={{ left: `${left}%`, width: `${width}%` }}
        />
      )}
    </div>
  )
}

/** Where the time of an attempt went, phase after phase. */
export const PhaseWaterfall = ({ phases }: { phases: Phases }) => {
  const { bars, totalMs } = barsOf(phases)
  return (
    <table className="w-full border-separate border-spacing-0">
      <caption className="sr-only">Phases of the attempt and how long they took</caption>
      <tbody>
        <Line label="Queue" meaning="Due, waiting for a free place" durationMs={phases.queueMs}>
          <span className="text-xs text-muted">before the attempt</span>
        </Line>
        {bars.map((bar) => (
          <Line key={bar.key} label={bar.label} meaning={bar.meaning} durationMs={bar.durationMs}>
            <Bar bar={bar} totalMs={totalMs} />
          </Line>
        ))}
        <Line label="Exchange" meaning="All phases without the queue" durationMs={totalMs} strong />
      </tbody>
    </table>
  )
}
