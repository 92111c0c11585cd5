import { useQuery } from '@tanstack/react-query'
import { CircleCheck, ShieldX, TriangleAlert } from 'lucide-react'
import { Link } from 'react-router'
import { webhookUrlSchema } from '#contract/webhooks.ts'
import { paths } from '#renderer/app/paths.ts'
import { useScope } from '#renderer/app/scope.ts'
import { client, failureOf } from '#renderer/bridge.ts'
import { Spinner } from '#renderer/ui/spinner.tsx'
import { useDebounced } from '#renderer/ui/use-debounced.ts'

const typingPauseMs = 400

const addressList = (addresses: readonly string[]) =>
  addresses.length > 1 ? ` All addresses: ${addresses.join(', ')}.` : ''

/**
 * What the network policy says about a URL while it is typed: the same code runs on save, test and delivery.
 * `refused`: the field says the reason already.
 */
export const UrlVerdict = ({ url, refused = false }: { url: string; refused?: boolean }) => {
  const { inOrganization } = useScope()
  const parsed = webhookUrlSchema.safeParse(useDebounced(url, typingPauseMs))
  const verdict = useQuery({
    // Not under the key of webhooks: every change of a webhook would ask the resolver again.
    queryKey: ['url-verdict', inOrganization.organizationId, parsed.data],
    queryFn: () => client.webhooks.checkUrl({ ...inOrganization, url: parsed.data ?? '' }),
    enabled: parsed.success,
    staleTime: 5_000,
    retry: false,
  })
  if (!parsed.success) return null
  return (
    <div role="status" className="flex min-h-5 items-start gap-1.5 text-xs">
      {verdict.isFetching && <Spinner label="Asking the network policy" />}
      {!verdict.isFetching && verdict.isError && (
        <span className="text-muted">Could not ask the network policy: {failureOf(verdict.error).title}</span>
      )}
      {!verdict.isFetching && verdict.data?.allowed && (
        <>
          <CircleCheck aria-hidden className="mt-0.5 size-3.5 shrink-0 text-success" />
          <span>
            <span className="font-medium text-success">Allowed.</span> {verdict.data.reason}
            {addressList(verdict.data.addresses)}
            {parsed.data.startsWith('http:') && (
              <span className="flex gap-1 text-warning">
                <TriangleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
                Not encrypted. Use https outside of your own network.
              </span>
            )}
          </span>
        </>
      )}
      {!verdict.isFetching && verdict.data && !verdict.data.allowed && (
        <>
          <ShieldX aria-hidden className="mt-0.5 size-3.5 shrink-0 text-danger" />
          <span>
            <span className="font-medium text-danger">Blocked.</span> {!refused && `${verdict.data.reason} `}
            <Link to={`${paths.general}#network-rules`} className="text-accent underline underline-offset-2">
              Network rules
            </Link>
          </span>
        </>
      )}
    </div>
  )
}
