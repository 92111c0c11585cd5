import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { CapabilityEffect } from '#contract/organizations.ts'
import type { Override } from '#contract/platform.ts'
import { capabilityLabels } from '#renderer/app/labels.ts'
import { failureOf, orpc } from '#renderer/bridge.ts'
import { Badge } from '#renderer/ui/badge.tsx'
import { ConfirmDialog } from '#renderer/ui/confirm-dialog.tsx'
import { IconButton } from '#renderer/ui/icon-button.tsx'
import { RelativeTime } from '#renderer/ui/time.tsx'

const effectTexts = { grant: 'granted', deny: 'denied' } as const

const RemoveDialog = ({
  override,
  organizationId,
  place,
  onRemoved,
  onClose,
}: {
  override: Override
  organizationId: string
  place: string
  onRemoved: (effect: CapabilityEffect) => void
  onClose: () => void
}) => {
  const queryClient = useQueryClient()
  const remove = useMutation(
    orpc.platform.removeOverride.mutationOptions({
      onSuccess: async ({ effect }) => {
        onClose()
        onRemoved(effect)
        await queryClient.invalidateQueries()
      },
    }),
  )
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Remove the override of ${capabilityLabels[override.capability]}`}
      consequence={
        override.ended
          ? 'It has ended already: removing it changes nothing but this list.'
          : `What stands below it decides for ${place} again. Webhooks that lose the capability become suspended at once; their events are held.`
      }
      confirmLabel="Remove override"
      busy={remove.isPending}
      failure={remove.isError ? failureOf(remove.error) : null}
      onConfirm={() => remove.mutate({ organizationId, overrideId: override.id })}
    />
  )
}

/** The grants and denials on one place, each to be removed. */
export const OverrideList = ({
  overrides,
  organizationId,
  place,
  onRemoved,
}: {
  overrides: readonly Override[]
  organizationId: string
  place: string
  onRemoved: (effect: CapabilityEffect) => void
}) => {
  const [removing, setRemoving] = useState<Override | null>(null)
  if (overrides.length === 0) return <p className="text-muted">No overrides: the plan decides.</p>
  return (
    <>
      <ul className="divide-y divide-line rounded-lg border border-line">
        {overrides.map((override) => (
          <li key={override.id} className="flex items-start gap-3 px-3 py-2">
            <div className="min-w-0 flex-1">
              <p className="flex flex-wrap items-center gap-2">
                <span className="font-medium">
                  {capabilityLabels[override.capability]} {effectTexts[override.effect]}
                </span>
                {override.ended && <Badge tone="warning">Ended</Badge>}
                {override.endsAt !== null && (
                  <span className="text-muted">
                    {override.ended ? 'ended' : 'ends'} <RelativeTime at={override.endsAt} />
                  </span>
                )}
              </p>
              <p className="break-words">{override.note}</p>
              <p className="text-xs text-muted">
                {override.createdBy}, <RelativeTime at={override.createdAt} />
              </p>
            </div>
            <IconButton
              size="sm"
              icon={Trash2}
              label={`Remove the override of ${capabilityLabels[override.capability]} for ${place}`}
              onClick={() => setRemoving(override)}
            />
          </li>
        ))}
      </ul>
      {removing && (
        <RemoveDialog
          override={removing}
          organizationId={organizationId}
          place={place}
          onRemoved={onRemoved}
          onClose={() => setRemoving(null)}
        />
      )}
    </>
  )
}
