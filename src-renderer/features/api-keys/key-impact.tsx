import { useQuery } from '@tanstack/react-query'
import { CircleCheck } from 'lucide-react'
import type { ApiKey, ApiKeyCaller, ApiKeyImpact } from '#contract/api-keys.ts'
import { useScope } from '#renderer/app/scope.ts'
import { failureOf, orpc } from '#renderer/bridge.ts'
import { Banner } from '#renderer/ui/banner.tsx'
import { formatCount, formatNumberOf } from '#renderer/ui/format.ts'
import { ProblemNotice } from '#renderer/ui/problem-notice.tsx'
import { LoadingBlock } from '#renderer/ui/skeleton.tsx'
import { RelativeTime } from '#renderer/ui/time.tsx'

type ImpactOfOne = ApiKeyImpact['keys'][number]

const head = 'bg-sunken px-3 py-1.5 text-start text-xs font-medium text-muted'
const cell = 'border-t border-line px-3 py-1.5 align-top'

const CallerRow = ({ caller }: { caller: ApiKeyCaller }) => (
  <tr>
    <th scope="row" className={`${cell} text-start font-normal`}>
      <code className="font-mono text-xs break-all">{caller.route}</code>
    </th>
    <td className={cell}>
      <code className="font-mono text-xs break-all">{caller.address}</code>
    </td>
    <td className={`${cell} text-end`}>
      {formatCount(caller.calls)}
      {caller.refused > 0 && (
        <span className="block text-xs text-muted">{formatCount(caller.refused)} refused</span>
      )}
    </td>
    <td className={`${cell} text-end`}>
      <RelativeTime at={caller.lastAt} />
    </td>
  </tr>
)

/** Who called with a key in the last 30 days: routes, addresses, how often and when last. */
export const Callers = ({ impact }: { impact: ImpactOfOne }) => (
  <div className="max-h-64 overflow-auto rounded-lg border border-line">
    <table
      className="w-full border-separate border-spacing-0 text-sm text-ink"
      aria-label="Callers of the last 30 days"
    >
      <thead>
        <tr>
          <th scope="col" className={head}>
            Route
          </th>
          <th scope="col" className={head}>
            Address
          </th>
          <th scope="col" className={`${head} text-end!`}>
            Calls
          </th>
          <th scope="col" className={`${head} text-end!`}>
            Last
          </th>
        </tr>
      </thead>
      <tbody>
        {impact.callers.map((caller) => (
          <CallerRow key={`${caller.route} ${caller.address}`} caller={caller} />
        ))}
      </tbody>
    </table>
    {impact.callersTotal > impact.callers.length && (
      <p className="border-t border-line px-3 py-1.5 text-xs text-muted">
        and {formatNumberOf(impact.callersTotal - impact.callers.length, 'more caller', 'more callers')}
      </p>
    )}
  </div>
)

/** "1,204 calls from 3 callers in the last 30 days, the last one 5 min ago" */
export const ImpactSentence = ({ impact }: { impact: ImpactOfOne }) => (
  <>
    {formatNumberOf(impact.calls, 'call')} from {formatNumberOf(impact.callersTotal, 'caller')} in the last 30
    days
    {impact.lastAt !== null && (
      <>
        , the last one <RelativeTime at={impact.lastAt} />
      </>
    )}
    .
  </>
)

const Several = ({ keys }: { keys: readonly ImpactOfOne[] }) => (
  <div className="max-h-48 overflow-auto rounded-lg border border-line">
    <table
      className="w-full border-separate border-spacing-0 text-sm text-ink"
      aria-label="Keys that are in use"
    >
      <thead>
        <tr>
          <th scope="col" className={head}>
            Key in use
          </th>
          <th scope="col" className={`${head} text-end!`}>
            Calls
          </th>
          <th scope="col" className={`${head} text-end!`}>
            Callers
          </th>
          <th scope="col" className={`${head} text-end!`}>
            Last
          </th>
        </tr>
      </thead>
      <tbody>
        {keys.map(({ key, calls, callersTotal, lastAt }) => (
          <tr key={key.id}>
            <th scope="row" className={`${cell} text-start font-normal`}>
              {key.name}
            </th>
            <td className={`${cell} text-end`}>{formatCount(calls)}</td>
            <td className={`${cell} text-end`}>{formatCount(callersTotal)}</td>
            <td className={`${cell} text-end`}>{lastAt !== null && <RelativeTime at={lastAt} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)

/** A key can have been used while nobody wrote down by whom: then that is said, and not that nobody uses it. */
const NoCallers = ({ keys, since }: { keys: readonly ApiKey[]; since: number }) => {
  const used = keys.filter(({ lastUsedAt }) => lastUsedAt !== null && lastUsedAt >= since)
  if (used.length === 0)
    return (
      <p className="flex items-center gap-2 text-ink">
        <CircleCheck aria-hidden className="size-4 shrink-0 text-success" />
        Nobody has called in the last 30 days: nothing that is known would break.
      </p>
    )
  return (
    <Banner tone="warning" title="Used in the last 30 days, by callers that were not recorded">
      {used.map(({ id, name, lastUsedAt, lastUsedRoute, lastUsedAddress }) => (
        <p key={id}>
          {name}: {lastUsedAt !== null && <RelativeTime at={lastUsedAt} />}
          {lastUsedRoute && `, ${lastUsedRoute}`}
          {lastUsedAddress && `, from ${lastUsedAddress}`}
        </p>
      ))}
    </Banner>
  )
}

/** What stops when keys stop: asked each time, since it may have changed since. */
export const KeyImpact = ({ keys }: { keys: readonly ApiKey[] }) => {
  const { inOrganization } = useScope()
  const query = useQuery(
    orpc.apiKeys.impact.queryOptions({
      input: { ...inOrganization, apiKeyIds: keys.map(({ id }) => id) },
      staleTime: 0,
    }),
  )
  if (query.isPending) return <LoadingBlock label="Looking up who calls" />
  if (query.isError)
    return <ProblemNotice failure={failureOf(query.error)} onRetry={() => void query.refetch()} />
  const used = query.data.keys
    .filter(({ callersTotal }) => callersTotal > 0)
    .toSorted((a, b) => b.calls - a.calls)
  const [only] = used
  if (!only) return <NoCallers keys={keys} since={query.data.since} />
  return (
    <div className="space-y-2">
      <p className="font-medium text-ink">What would break</p>
      {keys.length === 1 ? (
        <>
          <p>
            <ImpactSentence impact={only} />
          </p>
          <Callers impact={only} />
        </>
      ) : (
        <Several keys={used} />
      )}
    </div>
  )
}
