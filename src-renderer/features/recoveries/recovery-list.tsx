import { useQuery } from '@tanstack/react-query'
import { History } from 'lucide-react'
import { Link } from 'react-router'
import type { Recovery } from '#contract/recoveries.ts'
import { openCountMax } from '#contract/settings.ts'
import { deliveriesAddress } from '#renderer/app/deliveries-address.ts'
import { paths } from '#renderer/app/paths.ts'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'
import { type Column, DataTable } from '#renderer/ui/data-table.tsx'
import { formatCount, formatCountShort } from '#renderer/ui/format.ts'
import { useAllRows } from '#renderer/ui/rows.ts'
import { RelativeTime } from '#renderer/ui/time.tsx'
import { RecoveryStateBadge } from './recovery-state.tsx'

const recoveryId = ({ id }: Recovery) => id
const recoveryName = ({ createdBy }: Recovery) => `Recovery by ${createdBy}`
const recoveryHref = ({ id }: Recovery) => paths.recovery(id)
const all = (recoveries: Recovery[]) => recoveries

const columns: readonly Column<Recovery>[] = [
  {
    id: 'begun',
    header: 'Begun',
    cell: (recovery) => (
      <span>
        <Link to={recoveryHref(recovery)} className="font-medium hover:underline">
          <RelativeTime at={recovery.createdAt} />
        </Link>{' '}
        <span className="text-muted">by {recovery.createdBy}</span>
      </span>
    ),
  },
  {
    id: 'to',
    header: 'To',
    secondary: true,
    cell: ({ url }) => (url === null ? 'The webhook' : <span title={url}>{url}</span>),
  },
  { id: 'state', header: 'State', width: '9rem', cell: (recovery) => <RecoveryStateBadge {...recovery} /> },
  {
    id: 'queued',
    header: 'Queued',
    width: '6.5rem',
    align: 'end',
    cell: ({ queued, total }) => `${formatCount(queued)} of ${formatCountShort(total, openCountMax)}`,
  },
  {
    id: 'delivered',
    header: 'Delivered',
    secondary: true,
    width: '5.5rem',
    align: 'end',
    cell: ({ delivered }) => formatCount(delivered),
  },
  {
    id: 'failed',
    header: 'Failed',
    width: '4.5rem',
    align: 'end',
    cell: ({ id, failed }) => (
      <Link
        to={deliveriesAddress({ recoveryId: id, status: 'exhausted,discarded' })}
        className="hover:underline"
      >
        {formatCount(failed)}
      </Link>
    ),
  },
]

/** The latest recoveries of a webhook. */
export const RecoveryList = ({ webhookId }: { webhookId: string }) => {
  const { inOrganization } = useScope()
  const query = useQuery(orpc.recoveries.list.queryOptions({ input: { ...inOrganization, webhookId } }))
  return (
    <section aria-labelledby="recoveries" className="min-w-0 space-y-2">
      <h2 id="recoveries" className="text-base font-semibold">
        Recoveries so far
      </h2>
      <DataTable
        embedded
        label="Recoveries"
        columns={columns}
        rows={useAllRows(query, all)}
        rowId={recoveryId}
        rowName={recoveryName}
        rowHref={recoveryHref}
        empty={{
          icon: History,
          title: 'No recovery yet',
          description: 'When a receiver was down for too long, a recovery sends again what it missed.',
        }}
      />
    </section>
  )
}
