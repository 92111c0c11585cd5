import { type ReactNode, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { formatCount } from './format.ts'

export interface ChartSeries {
  label: string
  /** A colour token of styles.css without the dashes: 'accent', 'danger'. */
  color: string
  values: readonly number[]
}

export interface TimeSeriesChartProps {
  /** What the chart shows, for screen readers: "Attempts per hour". */
  label: string
  /** The chart in a sentence. */
  summary: string
  /** The start of each bucket, Unix ms, ascending. */
  times: readonly number[]
  bucketMs: number
  /** Stacked, the first at the bottom. */
  series: readonly ChartSeries[]
  height?: number
}

const token = (name: string) =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()

const themeChanges = (onChange: () => void) => {
  const observer = new MutationObserver(onChange)
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  return () => observer.disconnect()
}
const useThemeName = () =>
  useSyncExternalStore(themeChanges, () => document.documentElement.dataset.theme ?? '')

/** Running sums over the series, so that bars drawn on top of each other look stacked. */
const stack = (series: readonly ChartSeries[]) => {
  const sums: number[][] = []
  for (const { values } of series) {
    const below = sums.at(-1)
    sums.push(values.map((value, index) => value + (below?.[index] ?? 0)))
  }
  return sums
}

const axis = (): uPlot.Axis => ({
  stroke: token('muted'),
  font: '11px system-ui, sans-serif',
  grid: { stroke: token('line'), width: 1 },
  ticks: { show: false },
  gap: 6,
})

const hourLabel = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const dayLabel = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })

/** Midnights carry their day, other ticks their time. */
const tickLabels = (_plot: uPlot, ticks: number[]) =>
  ticks.map((tick) => {
    const time = new Date(tick)
    const midnight = time.getHours() === 0 && time.getMinutes() === 0
    return (midnight ? dayLabel : hourLabel).format(time)
  })

const optionsFor = (
  { series, bucketMs, height = 200 }: TimeSeriesChartProps,
  width: number,
  onPoint: (index: number | null) => void,
): uPlot.Options => {
  const bars = uPlot.paths.bars?.({ size: [0.72, 28], align: 1, gap: 1, radius: 0.12 })
  return {
    width,
    height,
    ms: 1,
    legend: { show: false },
    padding: [12, 22, 0, 0],
    cursor: { y: false, drag: { x: false, y: false, setScale: false }, points: { show: false } },
    hooks: { setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)] },
    scales: {
      x: { range: (_plot, min, max) => [min, max + bucketMs] },
      y: { range: (_plot, _min, max) => [0, Math.max(4, max * 1.08)] },
    },
    axes: [
      { ...axis(), grid: { show: false }, space: 70, size: 28, values: tickLabels },
      {
        ...axis(),
        size: 44,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6],
      },
    ],
    series: [
      {},
      ...series.toReversed().map(
        ({ label, color }): uPlot.Series => ({
          label,
          fill: token(color),
          stroke: token(color),
          width: 0,
          paths: bars,
          points: { show: false },
        }),
      ),
    ],
  }
}

const Plot = ({
  chart,
  onPoint,
}: {
  chart: TimeSeriesChartProps
  onPoint: (index: number | null) => void
}) => {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = box.current
    if (!element) return
    const data: uPlot.AlignedData = [[...chart.times], ...stack(chart.series).toReversed()]
    const plot = new uPlot(optionsFor(chart, element.clientWidth, onPoint), data, element)
    const observer = new ResizeObserver(() =>
      plot.setSize({ width: element.clientWidth, height: plot.height }),
    )
    observer.observe(element)
    return () => {
      observer.disconnect()
      plot.destroy()
    }
  }, [chart, onPoint])
  return <div ref={box} role="img" aria-label={chart.summary} className="w-full" />
}

/** Stacked bars over time. The same numbers are in a table for those who cannot see or hover. */
export const TimeSeriesChart = (props: TimeSeriesChartProps) => {
  const { label, times, series } = props
  const theme = useThemeName()
  const [point, setPoint] = useState<number | null>(null)
  return (
    <figure aria-label={label}>
      <Legend series={series} at={point === null ? null : (times[point] ?? null)} index={point} />
      {/* The key draws it anew in the colours of another theme: a canvas knows no CSS variables. */}
      <Plot key={theme} chart={props} onPoint={setPoint} />
      <ChartTable label={label} times={times} series={series} />
    </figure>
  )
}

const pointTime = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
})

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

const Legend = ({
  series,
  at,
  index,
}: {
  series: readonly ChartSeries[]
  at: number | null
  index: number | null
}) => (
  <figcaption className="flex min-h-5 flex-wrap items-center gap-x-4 gap-y-1 text-xs text-muted">
    {series.map(({ label, color, values }) => (
      <span key={label} className="inline-flex items-center gap-1.5">
        <span aria-hidden className="size-2.5 rounded-[2px]" style={{ background: `var(--${color})` }} />
        {label}
        <span className="font-semibold text-ink">
          {formatCount(index === null ? sum(values) : (values[index] ?? 0))}
        </span>
      </span>
    ))}
    {at !== null && <span className="ml-auto">from {pointTime.format(at)}</span>}
  </figcaption>
)

const ChartTable = ({
  label,
  times,
  series,
}: {
  label: string
  times: readonly number[]
  series: readonly ChartSeries[]
}): ReactNode => (
  <details className="mt-2 text-xs">
    <summary className="inline-flex min-h-6 cursor-pointer items-center rounded-sm text-muted hover:text-ink">
      Show the numbers
    </summary>
    <div className="mt-1 max-h-56 overflow-auto">
      <table className="w-full text-start" aria-label={label}>
        <thead>
          <tr className="text-muted">
            <th scope="col" className="py-1 text-start font-medium">
              From
            </th>
            {series.map((one) => (
              <th key={one.label} scope="col" className="py-1 text-end font-medium">
                {one.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {times.map((time, index) => (
            <tr key={time} className="border-t border-line">
              <th scope="row" className="py-1 text-start font-normal">
                {pointTime.format(time)}
              </th>
              {series.map((one) => (
                <td key={one.label} className="py-1 text-end">
                  {formatCount(one.values[index] ?? 0)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </details>
)
