import type { AttemptWindow } from '#contract/schedule.ts'
import { windowText } from './schedule-preview.ts'

/** When each attempt is made, by the clock of the person. `now` in Unix ms. */
export const AttemptTimes = ({
  label,
  windows,
  now,
}: {
  label: string
  windows: readonly AttemptWindow[]
  now: number
}) => (
  <ol aria-label={label} className="space-y-0.5">
    {windows.map((window) => (
      <li key={window.number} className="flex gap-3">
        <span className="w-20 shrink-0 text-muted">Attempt {window.number}</span>
        <span>{windowText(window, now)}</span>
      </li>
    ))}
  </ol>
)
