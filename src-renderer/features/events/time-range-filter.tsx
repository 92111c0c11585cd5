import { ChoiceFilter } from '#renderer/ui/filter-bar.tsx'
import { Input } from '#renderer/ui/input.tsx'
import { timeRangeOptions, type useTimeRange } from './time-range.ts'

/** Narrows a list to a range of time that the URL keeps. */
export const TimeRangeFilter = ({
  label,
  time,
}: {
  /** What happened in the range: "Accepted". */
  label: string
  time: ReturnType<typeof useTimeRange>
}) => (
  <>
    <ChoiceFilter
      label={label}
      anyLabel="Any time"
      options={timeRangeOptions}
      value={time.range}
      onValueChange={time.setRange}
    />
    {time.range === 'custom' && (
      <>
        <Input
          type="datetime-local"
          aria-label={`${label} from`}
          className="w-auto!"
          value={time.from}
          onChange={(event) => time.setFrom(event.target.value)}
        />
        <Input
          type="datetime-local"
          aria-label={`${label} before`}
          className="w-auto!"
          value={time.to}
          onChange={(event) => time.setTo(event.target.value)}
        />
      </>
    )}
  </>
)
