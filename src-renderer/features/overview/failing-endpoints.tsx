import { CircleCheck } from 'lucide-react'
import { Link } from 'react-router'
import type { Overview } from '#contract/settings.ts'
import { errorClassSchema } from '#contract/vocabulary.ts'
import { paths } from '#renderer/app/paths.ts'
import { Card } from '#renderer/ui/card.tsx'
import { formatCount, formatShare } from '#renderer/ui/format.ts'
import { LoadingBlock } from '#renderer/ui/skeleton.tsx'
import { errorClassTexts } from '../deliveries/error-classes.ts'

/** A class of errors in words; a status as it is. */
const errorText = (error: string) => {
  const { data } = errorClassSchema.safeParse(error)
  return data ? errorClassTexts[data].label : error
}

/** The endpoints that failed in the range, those with the most failed attempts first. */
export const FailingEndpoints = ({
  overview,
  rangeLabel,
}: {
  overview: Overview | undefined
  rangeLabel: string
}) => (
  <Card
    title="Failed attempts by endpoint"
    description={`In the last ${rangeLabel}, also where it works again`}
    flush={Boolean(overview?.failing.length)}
  >
    {!overview && <LoadingBlock label="Loading failing endpoints" />}
    {overview?.failing.length === 0 && (
      <p className="flex items-center gap-2 text-muted">
        <CircleCheck aria-hidden className="size-4 text-success" />
        No endpoint failed in the last {rangeLabel}.
      </p>
    )}
    {overview && overview.failing.length > 0 && (
      <ul className="divide-y divide-line border-t border-line">
        {overview.failing.map((endpoint) => (
          <li
            key={endpoint.webhookId}
            className="grid grid-cols-1 items-center gap-x-6 gap-y-1 px-4 py-2.5 lg:grid-cols-[minmax(0,2fr)_minmax(0,1.5fr)_16rem]"
          >
            <div className="min-w-0">
              <Link
                to={paths.webhook(endpoint.webhookId)}
                className="inline-block min-h-6 rounded-sm font-medium text-accent hover:underline"
              >
                {endpoint.name}
              </Link>
              <p className="truncate font-mono text-xs text-muted" title={endpoint.url}>
                {endpoint.url}
              </p>
            </div>
            <p className="text-muted">{endpoint.lastError && errorText(endpoint.lastError)}</p>
            <p className="lg:text-end">
              <span className="font-semibold text-danger">
                {formatShare(endpoint.failed, endpoint.attempts)}
              </span>{' '}
              <span className="text-muted">
                {formatCount(endpoint.failed)} of {formatCount(endpoint.attempts)} failed
              </span>
            </p>
          </li>
        ))}
      </ul>
    )}
  </Card>
)
