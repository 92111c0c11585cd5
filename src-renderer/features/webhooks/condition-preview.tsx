import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query'
import { CircleCheck, CircleMinus } from 'lucide-react'
import { Link } from 'react-router'
import type { Condition } from '#contract/webhook-options.ts'
import type { ConditionPreview as Preview } from '#contract/webhook-previews.ts'
import { failureOf } from '#renderer/bridge.ts'
import { formatCount } from '#renderer/ui/format.ts'
import { ProblemNotice } from '#renderer/ui/problem-notice.tsx'
import { Spinner } from '#renderer/ui/spinner.tsx'
import { RelativeTime } from '#renderer/ui/time.tsx'
import { useDebounced } from '#renderer/ui/use-debounced.ts'
import type { PreviewSource } from './preview-source.ts'

const Row = ({
  event: { type, acceptedAt, matched, fields },
  path,
}: {
  event: Preview['events'][number]
  /** Of its page. */
  path: string | null
}) => (
  <li className="flex items-start gap-2 px-3 py-1.5">
    {matched ? (
      <CircleCheck aria-hidden className="mt-0.5 size-3.5 shrink-0 text-success" />
    ) : (
      <CircleMinus aria-hidden className="mt-0.5 size-3.5 shrink-0 text-muted" />
    )}
    <span className="min-w-0 flex-1">
      {path === null ? (
        <code className="font-mono text-xs">{type}</code>
      ) : (
        <Link to={path} className="font-mono text-xs text-accent hover:underline">
          {type}
        </Link>
      )}
      <span className="ml-2 text-xs text-muted">
        <RelativeTime at={acceptedAt} />
      </span>
      {fields.map(({ path: field, value }) => (
        <span key={field} className="block text-xs text-muted [overflow-wrap:anywhere]">
          {field}: {value === null ? <em>missing</em> : <code className="font-mono">{value}</code>}
        </span>
      ))}
    </span>
    <span className={matched ? 'text-xs font-medium text-success' : 'text-xs text-muted'}>
      {matched ? 'sent' : 'left out'}
    </span>
  </li>
)

const unread = 'Once the filter is complete, it is tried on the newest events.'

const summaryOf = ({ events, matched }: Preview) => {
  if (events.length === 0)
    return 'None of these events has been accepted yet, so there is nothing to try the filter on.'
  if (events.length === 1) return `The only such event would be ${matched === 1 ? 'sent' : 'left out'}.`
  return `Of the newest ${formatCount(events.length)} events, ${formatCount(matched)} would be sent and ${formatCount(events.length - matched)} left out.`
}

/** Which of the newest events a webhook with this condition would have got, while it is being written. */
export const ConditionPreview = ({
  condition,
  source,
  events,
}: {
  /** Null asks nothing; undefined while it cannot be read. */
  condition: Condition | null | undefined
  source: PreviewSource
  /** Those that the webhook wants. */
  events: readonly string[]
}) => {
  const asked = useDebounced({ events: [...events], condition }, 300)
  const preview = useQuery({
    // Not under the key of webhooks: every change of a webhook would read a hundred events again.
    queryKey: ['condition-preview', source.key, asked],
    queryFn:
      asked.condition === undefined
        ? skipToken
        : () => source.tryCondition({ ...asked, condition: asked.condition ?? null }),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
    retry: false,
  })
  const { data } = preview
  return (
    <section aria-label="Recent events" className="overflow-hidden rounded-lg border border-line">
      <p
        role="status"
        className="flex min-h-8 items-center gap-2 border-b border-line bg-sunken px-3 text-xs"
      >
        <span>{condition === undefined ? unread : data && summaryOf(data)}</span>
        {preview.isFetching && <Spinner />}
      </p>
      {preview.isError && (
        <ProblemNotice failure={failureOf(preview.error)} onRetry={() => void preview.refetch()} />
      )}
      {condition !== undefined && data && data.events.length > 0 && (
        <ul className="max-h-56 divide-y divide-line overflow-y-auto">
          {data.events.map((event) => (
            <Row key={event.id} event={event} path={source.eventPath(event.id)} />
          ))}
        </ul>
      )}
    </section>
  )
}
