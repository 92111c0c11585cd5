import { CircleCheck, CirclePause } from 'lucide-react'
import type { Connector } from '#contract/connections.ts'
import { Badge } from '#renderer/ui/badge.tsx'
import { formatNumberOf } from '#renderer/ui/format.ts'
import { RelativeTime } from '#renderer/ui/time.tsx'
import { OccasionName } from '../events/occasion-name.tsx'
import { authenticationLabels, type Connection, categoryLabels } from './connectors.ts'

const ConnectionRow = ({ connection }: { connection: Connection }) => (
  <li className="flex flex-wrap items-center gap-x-2 gap-y-0.5 text-xs">
    <Badge
      tone={connection.enabled ? 'success' : 'neutral'}
      icon={connection.enabled ? CircleCheck : CirclePause}
    >
      {connection.enabled ? 'Enabled' : 'Off'}
    </Badge>
    <OccasionName occasionId={connection.occasionId} />
    <span className="text-muted">
      <RelativeTime at={connection.connectedAt} /> by {connection.connectedBy}
    </span>
  </li>
)

/** An entry of the catalogue with its connections, to read. */
export const ConnectorCard = ({
  connector,
  connections,
}: {
  connector: Connector
  connections: readonly Connection[]
}) => (
  <li className="flex flex-col gap-2.5 rounded-lg border border-line bg-surface p-4">
    <div className="flex items-start gap-3">
      <span
        aria-hidden
        className="grid size-9 shrink-0 place-items-center rounded-lg bg-sunken font-semibold text-muted"
      >
        {connector.name.charAt(0).toUpperCase()}
      </span>
      <div className="min-w-0 flex-1">
        <h3 className="font-semibold">{connector.name}</h3>
        <p className="text-xs text-muted">
          {categoryLabels[connector.category]} · {authenticationLabels[connector.authentication]}
        </p>
      </div>
      {connections.length === 0 && <Badge>Not connected</Badge>}
    </div>
    <p className="flex-1 text-muted">{connector.description}</p>
    {connections.length > 0 && (
      <ul aria-label={`Connections of ${connector.name}`} className="space-y-1 border-t border-line pt-2.5">
        {connections.map((connection) => (
          <ConnectionRow key={connection.id} connection={connection} />
        ))}
      </ul>
    )}
    <details className="text-xs">
      <summary className="w-fit cursor-pointer rounded-sm py-1 text-muted hover:text-ink">
        {formatNumberOf(connector.actions.length, 'action')}
      </summary>
      <ul className="mt-1 space-y-1">
        {connector.actions.map((action) => (
          <li key={action.name}>
            <code className="font-mono">{action.name}</code>{' '}
            <span className="text-muted">{action.description}</span>
          </li>
        ))}
      </ul>
    </details>
  </li>
)
