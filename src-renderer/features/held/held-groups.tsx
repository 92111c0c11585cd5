import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { CircleCheck } from 'lucide-react'
import { useState } from 'react'
import type { HeldGroup } from '#contract/releases.ts'
import { useDecision } from '#renderer/app/access.tsx'
import { useScope } from '#renderer/app/scope.ts'
import { client, orpc } from '#renderer/bridge.ts'
import { DataTable } from '#renderer/ui/data-table.tsx'
import { formatNumberOf } from '#renderer/ui/format.ts'
import { useAllRows } from '#renderer/ui/rows.ts'
import { toast } from '#renderer/ui/toast.tsx'
import { useActionFailure } from '#renderer/ui/use-action-failure.tsx'
import { DiscardDialog } from './discard-dialog.tsx'
import { groupId, groupName, useHeldColumns } from './held-columns.tsx'
import { ReleaseDialog } from './release-dialog.tsx'

const all = (groups: HeldGroup[]) => groups

/** Replays go elsewhere, so their webhook need not be resumed for them. */
const useReleaseReplays = () => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const { onError, explanation } = useActionFailure()
  const { mutate } = useMutation({
    mutationFn: ({ webhookId }: HeldGroup) =>
      client.deliveries.releaseReplays({ ...inOrganization, webhookId }),
    onSuccess: ({ released }) => {
      toast.success(`${formatNumberOf(released, 'replay')} released`)
      return queryClient.invalidateQueries({ queryKey: orpc.deliveries.key() })
    },
    onError,
  })
  return { release: (group: HeldGroup) => mutate(group), explanation }
}

/** What is held, by webhook and reason, with what can be done about it: everywhere, or for one webhook. */
export const HeldGroups = ({ webhookId }: { webhookId?: string }) => {
  const { inScope, inOrganization } = useScope()
  const [releasing, setReleasing] = useState<HeldGroup | null>(null)
  const [discarding, setDiscarding] = useState<HeldGroup | null>(null)
  const mayRelease = useDecision('deliveries.release')?.allowed ?? false
  const replays = useReleaseReplays()
  const commands = {
    onRelease: setReleasing,
    onReleaseReplays: replays.release,
    onDiscard: setDiscarding,
  }
  const columns = useHeldColumns(webhookId !== undefined, mayRelease ? commands : null)
  // One webhook is told of whole, whatever occasion is chosen.
  const input = webhookId === undefined ? inScope : { ...inOrganization, webhookId }
  const query = useQuery(orpc.deliveries.held.queryOptions({ input }))
  return (
    <>
      <DataTable
        embedded={webhookId !== undefined}
        label="Reasons to hold"
        columns={columns}
        rows={useAllRows(query, all)}
        rowId={groupId}
        rowName={groupName}
        empty={{
          icon: CircleCheck,
          title: 'Nothing is held',
          description:
            'While a webhook is paused, disabled or suspended, or nothing can be sent, its deliveries wait here.',
        }}
      />
      {replays.explanation}
      {releasing && <ReleaseDialog group={releasing} onClose={() => setReleasing(null)} />}
      {discarding && (
        <DiscardDialog
          targets={[{ webhookId: discarding.webhookId, reason: discarding.reason }]}
          count={discarding.count}
          of={discarding.webhookName}
          onClose={() => setDiscarding(null)}
        />
      )}
    </>
  )
}
