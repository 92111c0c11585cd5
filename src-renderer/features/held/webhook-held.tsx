import { useQuery } from '@tanstack/react-query'
import { ListChecks } from 'lucide-react'
import type { Release } from '#contract/releases.ts'
import type { Webhook } from '#contract/webhooks.ts'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'
import { Badge, type Tone } from '#renderer/ui/badge.tsx'
import { type Column, DataTable } from '#renderer/ui/data-table.tsx'
import { formatCount } from '#renderer/ui/format.ts'
import { useAllRows } from '#renderer/ui/rows.ts'
import { heldReasonLabels } from '#renderer/ui/status-badge.tsx'
import { RelativeTime } from '#renderer/ui/time.tsx'
import { HeldGroups } from './held-groups.tsx'
import { ReleaseProgress, StandstillReason } from './release-progress.tsx'

interface Look {
  label: string
  tone: Tone
}

const stateLooks: Record<Release['state'], Look> = {
  running: { label: 'Running', tone: 'accent' },
  paused: { label: 'Paused', tone: 'warning' },
  done: { label: 'Done', tone: 'success' },
  cancelled: { label: 'Cancelled', tone: 'neutral' },
}

const waitingLook: Look = { label: 'Waiting', tone: 'warning' }

const releaseColumns: readonly Column<Release>[] = [
  {
    id: 'begun',
    header: 'Begun',
    cell: ({ createdAt, createdBy }) => (
      <span>
        <RelativeTime at={createdAt} /> <span className="text-muted">by {createdBy}</span>
      </span>
    ),
  },
  {
    id: 'reason',
    header: 'Held for',
    secondary: true,
    cell: ({ reason }) => (reason === null ? 'Any reason' : heldReasonLabels[reason]),
  },
  {
    id: 'state',
    header: 'State',
    cell: (release) => {
      const { label, tone } = release.waitsFor === null ? stateLooks[release.state] : waitingLook
      return (
        <span className="block text-wrap">
          <Badge tone={tone}>{label}</Badge>
          <StandstillReason release={release} />
        </span>
      )
    },
  },
  {
    id: 'released',
    header: 'Released',
    width: '13rem',
    cell: (release) =>
      release.finishedAt === null ? (
        <ReleaseProgress release={release} />
      ) : (
        `${formatCount(release.released)} of ${formatCount(release.total)}`
      ),
  },
]

const releaseId = ({ id }: Release) => id
const releaseName = ({ createdBy }: Release) => `Release by ${createdBy}`
const all = (releases: Release[]) => releases

/** What is held for one webhook, and what was released before. */
export const WebhookHeld = ({ webhook }: { webhook: Webhook }) => {
  const { inOrganization } = useScope()
  const query = useQuery(
    orpc.deliveries.releases.queryOptions({ input: { ...inOrganization, webhookId: webhook.id } }),
  )
  return (
    <>
      <HeldGroups webhookId={webhook.id} />
      <section aria-labelledby="releases" className="min-w-0 space-y-2">
        <h2 id="releases" className="text-base font-semibold">
          Releases
        </h2>
        <DataTable
          embedded
          label="Releases"
          columns={releaseColumns}
          rows={useAllRows(query, all)}
          rowId={releaseId}
          rowName={releaseName}
          empty={{
            icon: ListChecks,
            title: 'Nothing was released yet',
            description:
              'Let held deliveries go at a rate that the receiver can take: here you see how far it is.',
          }}
        />
      </section>
    </>
  )
}
