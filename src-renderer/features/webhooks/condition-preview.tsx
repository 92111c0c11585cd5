import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { CircleCheck, CircleMinus } from 'lucide-react'
import { Link } from 'react-router'
import type { Condition } from '#contract/webhook-options.ts'
import type { ConditionPreview as Preview } from '#contract/webhook-previews.ts'
import { paths } from '#renderer/app/paths.ts'
import { client, failureOf } from '#renderer/bridge.ts'
import { formatNumberOf } from '#renderer/ui/format.ts'
import { ProblemNotice } from '#renderer/ui/problem-notice.tsx'
import { Spinner } from '#renderer/ui/spinner.tsx'
import { RelativeTime } from '#renderer/ui/time.tsx'
import { useDebounced } from '#renderer/ui/use-debounced.ts'

/** Where a webhook is, and which events it wants. */
export interface PreviewPlace {
  organizationId: string
  occasionId: string | null
  events: readonly string[]
}

const Row = ({ id, type, acceptedAt, matched, fields }: Preview['events'][number]) => (
  <li className="flex items-start gap-2 px-3 py-1.5">
    {matched ? (
      <CircleCheck aria-hidden className="mt-0.5 size-3.5 shrink-0 text-success" />
    ) : (
      <CircleMinus aria-hidden className="mt-0.5 size-3.5 shrink-0 text-muted" />
    )}
    <span className="min-w-0 flex-1">
      <Link to={paths.event(id)} className="font-mono text-xs text-accent hover:underline">
        {type}
      </Link>
      <span className="ml-2 text-xs text-muted">
        <RelativeTime at={acceptedAt} />
      </span>
      {fields.map(({ path, value }) => (
        <span key={path} className="block text-xs text-muted [overflow-wrap:anywhere]">
          {path}: {value === null ? <em>missing</em> : <code className="font-mono">{value}</code>}
        </span>
      ))}
    </span>
    <span className={matched ? 'text-xs font-medium text-success' : 'text-xs text-muted'}>
      {matched ? 'sent' : 'left out'}
    </span>
  </li>
)

/** Which of the newest events a webhook with this condition would have got, while it is being written. */
export const ConditionPreview = ({
  condition,
  place,
}: {
  condition: Condition | null
  place: PreviewPlace
}) => {
  const asked = useDebounced({ ...place, events: [...place.events], condition }, 300)
  const preview = useQuery({
    // Not under the key of webhooks: every change of a webhook would read a hundred events again.
    queryKey: ['condition-preview', asked],
    queryFn: () => client.webhooks.previewCondition(asked),
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
        {data && (
          <span>
            {data.events.length === 0
              ? 'None of these events has been accepted yet, so there is nothing to try the filter on.'
              : `Of the newest ${formatNumberOf(data.events.length, 'event')}, ${data.matched} would be sent and ${data.events.length - data.matched} left out.`}
          </span>
        )}
        {preview.isFetching && <Spinner />}
      </p>
      {preview.isError && (
        <ProblemNotice failure={failureOf(preview.error)} onRetry={() => void preview.refetch()} />
      )}
      {data && data.events.length > 0 && (
        <ul className="max-h-56 divide-y divide-line overflow-y-auto">
          {data.events.map((event) => (
            <Row key={event.id} {...event} />
          ))}
        </ul>
      )}
    </section>
  )
}
