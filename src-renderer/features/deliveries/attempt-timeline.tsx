import { clsx } from 'clsx'
import { Clock, type LucideIcon, Send } from 'lucide-react'
import type { ReactNode } from 'react'
import { formatDuration } from '#contract/duration.ts'
import type { Attempt, DeliveryDetail } from '#contract/events.ts'
import { DueTime, RelativeTime } from '#renderer/ui/time.tsx'
import { AttemptResult } from './attempt-result.tsx'
import { isDueLater } from './due-later.ts'

const Step = ({
  attempt,
  clockSetBack,
  selected,
  onSelect,
}: {
  attempt: Attempt
  /** It has an earlier time than the end of the one before. */
  clockSetBack: boolean
  selected: boolean
  onSelect: () => void
}) => (
  <li className="relative pl-6">
    <Dot tone={attempt.errorClass ? 'bg-danger' : 'bg-success'} />
    <button
      type="button"
      aria-current={selected ? 'true' : undefined}
      onClick={onSelect}
      className={clsx(
        'flex w-full flex-wrap items-center gap-x-2 gap-y-0.5 rounded-md px-2.5 py-1.5 text-start',
        selected ? 'bg-accent-soft' : 'hover:bg-hover',
      )}
    >
      <span className="font-medium">Attempt {attempt.number}</span>
      <AttemptResult attempt={attempt} />
      <span className="w-full text-xs text-muted">
        <RelativeTime at={attempt.startedAt} /> · took{' '}
        {formatDuration(attempt.finishedAt - attempt.startedAt)}
        {clockSetBack && ' · the clock of the machine was set back before it'}
      </span>
    </button>
  </li>
)

const Dot = ({ tone }: { tone: string }) => (
  <span aria-hidden className="absolute top-0 bottom-0 left-2 w-px bg-line">
    <span className={clsx('absolute top-3.5 -left-1 size-2.5 rounded-full border-2 border-surface', tone)} />
  </span>
)

/** The attempt that has no record yet: it is to come, or under way. */
const NextStep = ({
  icon: Icon,
  number,
  children,
}: {
  icon: LucideIcon
  number: number
  children: ReactNode
}) => (
  <li className="relative pl-6">
    <Dot tone="bg-control" />
    <div className="flex items-start gap-1.5 px-2.5 py-2 text-muted">
      <Icon aria-hidden className="mt-0.5 size-3.5 shrink-0" />
      <span>
        Attempt {number}: {children}
      </span>
    </div>
  </li>
)

/** The attempts of a delivery, first to last, the one that is under way, and when the next one is due. */
export const AttemptTimeline = ({
  delivery,
  selected,
  onSelect,
}: {
  delivery: DeliveryDetail
  selected: Attempt | undefined
  onSelect: (attempt: Attempt) => void
}) => {
  const reason = delivery.attemptList.at(-1)?.nextAttemptReason
  return (
    <ol aria-label="Attempts">
      {delivery.attemptList.map((attempt, index) => (
        <Step
          key={attempt.id}
          attempt={attempt}
          clockSetBack={attempt.startedAt < (delivery.attemptList[index - 1]?.finishedAt ?? 0)}
          selected={attempt.id === selected?.id}
          onSelect={() => onSelect(attempt)}
        />
      ))}
      {delivery.nextAttemptAt !== null && (
        <NextStep icon={Clock} number={delivery.attempts + 1}>
          {delivery.delay === null || isDueLater(delivery, Date.now()) ? (
            <DueTime at={delivery.nextAttemptAt} />
          ) : (
            'when it is let through'
          )}
          {reason && <span className="block text-xs">{reason}</span>}
        </NextStep>
      )}
      {delivery.status === 'sending' && (
        <NextStep icon={Send} number={delivery.attempts + 1}>
          under way
        </NextStep>
      )}
    </ol>
  )
}
