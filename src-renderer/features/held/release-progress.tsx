import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Pause, Play, X } from 'lucide-react'
import type { Release } from '#contract/releases.ts'
import { Gated } from '#renderer/app/access.tsx'
import { useScope } from '#renderer/app/scope.ts'
import { client, orpc } from '#renderer/bridge.ts'
import { capitalized, formatCount } from '#renderer/ui/format.ts'
import { IconButton } from '#renderer/ui/icon-button.tsx'
import { ProgressBar } from '#renderer/ui/progress-bar.tsx'
import { useActionFailure } from '#renderer/ui/use-action-failure.tsx'

type Deed = 'pauseRelease' | 'resumeRelease' | 'cancelRelease'

const Commands = ({ release }: { release: Release }) => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const { onError, explanation } = useActionFailure()
  const { isPending, mutate } = useMutation({
    mutationFn: (deed: Deed) => client.deliveries[deed]({ ...inOrganization, releaseId: release.id }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: orpc.deliveries.key() }),
    onError,
  })
  const running = release.state === 'running'
  return (
    <>
      <IconButton
        size="sm"
        icon={running ? Pause : Play}
        label={running ? 'Pause the release' : 'Resume the release'}
        disabled={isPending}
        onClick={() => mutate(running ? 'pauseRelease' : 'resumeRelease')}
      />
      <IconButton
        size="sm"
        icon={X}
        label="Cancel the release"
        disabled={isPending}
        onClick={() => mutate('cancelRelease')}
      />
      {explanation}
    </>
  )
}

/** Why nothing goes on at the moment, where that is so. */
export const StandstillReason = ({ release: { stateReason, waitsFor } }: { release: Release }) => {
  const reason = stateReason ?? waitsFor
  return reason && <span className="block text-xs text-muted">{capitalized(reason)}</span>
}

/** What is to be read beside the numbers of a release that is not over. */
const paceOf = ({ state, waitsFor, perSecond }: Release): string => {
  if (state === 'paused') return 'paused'
  return waitsFor === null ? `${formatCount(perSecond)} per second` : 'waiting'
}

/** How far a release is that is not over, with pause, resume and cancel. */
export const ReleaseProgress = ({ release }: { release: Release }) => {
  const { released, total } = release
  return (
    <span className="flex items-center gap-1">
      <span className="min-w-0 flex-1 space-y-1">
        <ProgressBar label="Released" value={released} max={total} />
        <span className="block text-wrap text-xs">
          {formatCount(released)} of {formatCount(total)} · {paceOf(release)}
        </span>
      </span>
      <Gated action="deliveries.release">
        <Commands release={release} />
      </Gated>
    </span>
  )
}
