import { Plug } from 'lucide-react'
import { Link } from 'react-router'
import type { Connection, Connector } from '#contract/connections.ts'
import { Badge } from '#renderer/ui/badge.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { formatNumberOf } from '#renderer/ui/format.ts'
import { OccasionName } from '../events/occasion-name.tsx'
import { CheckBadge, ConsentBadge, EnabledBadge } from './connection-badges.tsx'
import { EnabledSwitch } from './connection-commands.tsx'
import { authenticationLabels, categoryLabels } from './connectors.ts'

const ConnectionRow = ({
  connector,
  connection,
  href,
  mayManage,
}: {
  connector: Connector
  connection: Connection
  href: string
  mayManage: boolean
}) => (
  <li className="flex min-h-8 flex-wrap items-center gap-x-2 gap-y-1">
    <Link to={href} className="min-w-0 flex-1 truncate rounded-sm font-medium text-accent hover:underline">
      <span className="sr-only">{connector.name} for </span>
      <OccasionName occasionId={connection.occasionId} />
    </Link>
    <ConsentBadge connection={connection} />
    {connection.check?.status === 'failing' && <CheckBadge connection={connection} />}
    {mayManage ? (
      <EnabledSwitch connection={connection} name={connector.name} />
    ) : (
      <EnabledBadge connection={connection} />
    )}
  </li>
)

/** An entry of the catalogue with its connections. */
export const ConnectorCard = ({
  connector,
  connections,
  hrefOf,
  mayManage,
  onConnect,
}: {
  connector: Connector
  connections: readonly Connection[]
  hrefOf: (connection: Connection) => string
  mayManage: boolean
  /** Null where every place has a connection already. */
  onConnect: (() => void) | null
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
      {mayManage && onConnect && (
        <Button size="sm" onClick={onConnect}>
          <Plug aria-hidden />
          Connect<span className="sr-only"> {connector.name}</span>
        </Button>
      )}
      {!mayManage && connections.length === 0 && <Badge>Not connected</Badge>}
    </div>
    <p className="flex-1 text-muted">{connector.description}</p>
    {connections.length > 0 && (
      <ul aria-label={`Connections of ${connector.name}`} className="space-y-1 border-t border-line pt-2">
        {connections.map((connection) => (
          <ConnectionRow
            key={connection.id}
            connector={connector}
            connection={connection}
            href={hrefOf(connection)}
            mayManage={mayManage}
          />
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
