import { useInfiniteQuery } from '@tanstack/react-query'
import {
  CircleCheck,
  CirclePause,
  CircleX,
  History,
  type LucideIcon,
  Plug,
  RotateCcw,
  Settings2,
  Unplug,
} from 'lucide-react'
import { Link } from 'react-router'
import type { ConnectionDeed, ConnectionHistoryEntry, Connector } from '#contract/connections.ts'
import { guideAddress, paths } from '#renderer/app/paths.ts'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { CouldNotLoad } from '#renderer/ui/data-table-states.tsx'
import { EmptyState } from '#renderer/ui/empty-state.tsx'
import { keysetPaging, usePagedRows } from '#renderer/ui/rows.ts'
import { LoadingBlock } from '#renderer/ui/skeleton.tsx'
import { RelativeTime } from '#renderer/ui/time.tsx'
import { OccasionName } from '../events/occasion-name.tsx'

const deeds: Record<ConnectionDeed, { label: string; icon: LucideIcon; tone: string }> = {
  connected: { label: 'Connected', icon: Plug, tone: 'text-success' },
  enabled: { label: 'Enabled', icon: CircleCheck, tone: 'text-success' },
  disabled: { label: 'Turned off', icon: CirclePause, tone: 'text-muted' },
  configured: { label: 'Configured', icon: Settings2, tone: 'text-muted' },
  reset: { label: 'Reset', icon: RotateCcw, tone: 'text-warning' },
  disconnected: { label: 'Disconnected', icon: Unplug, tone: 'text-danger' },
  failing: { label: 'A check failed', icon: CircleX, tone: 'text-danger' },
  recovered: { label: 'The check passes again', icon: CircleCheck, tone: 'text-success' },
}

const Entry = ({ entry, lead }: { entry: ConnectionHistoryEntry; lead: string | null }) => {
  const { label, icon: Icon, tone } = deeds[entry.deed]
  return (
    <li className="flex gap-3 py-2.5">
      <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${tone}`} />
      <div className="min-w-0 flex-1">
        <p>
          <span className="font-medium">
            {lead && (
              <>
                <Link
                  to={`${paths.connections}?${new URLSearchParams({ search: lead })}`}
                  className="hover:underline"
                >
                  {lead}
                </Link>
                {': '}
              </>
            )}
            {label}
          </span>{' '}
          <span className="text-muted">
            by {entry.by} · <OccasionName occasionId={entry.occasionId} />
          </span>
        </p>
        {entry.detail && <p className="text-muted">{entry.detail}</p>}
      </div>
      <span className="shrink-0 text-xs text-muted">
        <RelativeTime at={entry.at} />
      </span>
    </li>
  )
}

/** Who did what with connections, newest first. Of one connection where it is named, else of all. */
export const ConnectionHistory = ({
  connectors,
  of,
}: {
  connectors: readonly Connector[]
  of?: { connectorId: string; connectionId: string; occasionId: string | null }
}) => {
  const { inOrganization, inScope } = useScope()
  const query = useInfiniteQuery(
    orpc.connections.history.infiniteOptions({
      input: (cursor: string | undefined) => ({
        ...(of ? { ...inOrganization, occasionId: of.occasionId } : inScope),
        connectorId: of?.connectorId,
        cursor,
      }),
      ...keysetPaging,
    }),
  )
  const rows = usePagedRows(query)
  const entries = rows.items.filter(({ connectionId }) => !of || connectionId === of.connectionId)
  const nameOf = (connectorId: string) => connectors.find(({ id }) => id === connectorId)?.name ?? connectorId
  if (rows.failure) return <CouldNotLoad label="The history" failure={rows.failure} onRetry={rows.retry} />
  if (rows.loading) return <LoadingBlock label="Loading the history" />
  return (
    <>
      {entries.length === 0 && !rows.nextPage && (
        <EmptyState
          icon={History}
          title="Nothing has happened yet"
          actions={
            <Button asChild>
              <Link to={guideAddress('connections')}>How it works</Link>
            </Button>
          }
        >
          <p>What is connected, changed and checked is told here, and stays.</p>
        </EmptyState>
      )}
      <ol className="divide-y divide-line">
        {entries.map((entry) => (
          <Entry
            key={`${entry.connectionId}-${entry.at}-${entry.deed}`}
            entry={entry}
            lead={of ? null : nameOf(entry.connectorId)}
          />
        ))}
      </ol>
      {rows.nextPage && (
        <Button busy={rows.loadingNextPage} onClick={rows.nextPage}>
          Load more
        </Button>
      )}
    </>
  )
}
