import { useQuery } from '@tanstack/react-query'
import { Hourglass } from 'lucide-react'
import { Link } from 'react-router'
import { expiryNoticeDays } from '#contract/api-keys.ts'
import { useDecision } from '#renderer/app/access.tsx'
import { paths } from '#renderer/app/paths.ts'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'
import { Banner } from '#renderer/ui/banner.tsx'
import { formatCount, formatNumberOf } from '#renderer/ui/format.ts'
import { RelativeTime } from '#renderer/ui/time.tsx'

const namedMax = 5

/** The keys that end soon and were not replaced. Nothing while there are none, or for those who may not see keys. */
export const ExpiringKeys = () => {
  const { inOrganization } = useScope()
  const mayView = useDecision('api_keys.view')?.allowed ?? false
  const { data } = useQuery(orpc.apiKeys.expiring.queryOptions({ input: inOrganization, enabled: mayView }))
  if (!data || data.items.length === 0) return null
  const { items, more } = data
  const rest = items.length - namedMax
  return (
    <Banner
      tone="warning"
      icon={Hourglass}
      title={`${formatNumberOf(items.length, 'API key')}${more ? ' and more' : ''} in use ${
        items.length === 1 && !more ? 'expires' : 'expire'
      } within ${expiryNoticeDays} days`}
    >
      <ul>
        {items.slice(0, namedMax).map((key) => (
          <li key={key.id}>
            <Link
              to={paths.apiKey(key.id)}
              className="inline-block min-h-6 rounded-sm font-medium hover:underline"
            >
              {key.name}
            </Link>{' '}
            <span className="text-muted">
              {key.expiresAt !== null && <RelativeTime at={key.expiresAt} />}
            </span>
          </li>
        ))}
      </ul>
      {rest > 0 && <p className="text-muted">and {formatCount(rest)} more</p>}
    </Banner>
  )
}
