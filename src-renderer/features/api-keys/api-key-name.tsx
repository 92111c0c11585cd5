import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { useDecision } from '#renderer/app/access.tsx'
import { paths } from '#renderer/app/paths.ts'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'

const namedMax = 200

/** The key that sent something, by name where the person may see keys, by the end of its id elsewhere. */
export const ApiKeyName = ({ apiKeyId }: { apiKeyId: string | null }) => {
  const { inOrganization } = useScope()
  const mayView = useDecision('api_keys.view')?.allowed ?? false
  const keys = useQuery(
    orpc.apiKeys.list.queryOptions({
      input: { ...inOrganization, limit: namedMax },
      enabled: mayView && apiKeyId !== null,
    }),
  )
  if (apiKeyId === null) return <span className="text-muted">None</span>
  const name = keys.data?.items.find(({ id }) => id === apiKeyId)?.name
  const shown = name ?? <code className="font-mono text-xs">…{apiKeyId.slice(-8)}</code>
  if (!mayView) return <span title={apiKeyId}>{shown}</span>
  return (
    <Link to={paths.apiKey(apiKeyId)} title={apiKeyId} className="hover:underline">
      {shown}
    </Link>
  )
}
