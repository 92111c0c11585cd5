import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Pause, Play, X } from 'lucide-react'
import type { Recovery } from '#contract/recoveries.ts'
import { GatedOrWhy } from '#renderer/app/refusal.tsx'
import { useScope } from '#renderer/app/scope.ts'
import { client, orpc } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { useActionFailure } from '#renderer/ui/use-action-failure.tsx'
import { isOpen } from './recovery-state.tsx'

type Deed = 'pause' | 'resume' | 'cancel'

/** Pausing, resuming and cancelling a recovery that is not over. */
export const RecoveryCommands = ({ recovery }: { recovery: Recovery }) => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const { onError, explanation } = useActionFailure()
  const input = { ...inOrganization, recoveryId: recovery.id }
  const { isPending, variables, mutate } = useMutation({
    mutationFn: (deed: Deed) => client.recoveries[deed](input),
    onSuccess: (changed) => queryClient.setQueryData(orpc.recoveries.get.queryKey({ input }), changed),
    onError,
  })
  const busy = (deed: Deed) => isPending && variables === deed
  if (!isOpen(recovery)) return null
  return (
    <GatedOrWhy action="deliveries.recover" why="Why can’t I change it?">
      {recovery.state === 'paused' ? (
        <Button look="primary" busy={busy('resume')} onClick={() => mutate('resume')}>
          <Play aria-hidden />
          {recovery.canaryDeliveryId !== null && recovery.queued === 1 ? 'Let the others follow' : 'Resume'}
        </Button>
      ) : (
        <Button busy={busy('pause')} onClick={() => mutate('pause')}>
          <Pause aria-hidden />
          Pause
        </Button>
      )}
      <Button busy={busy('cancel')} onClick={() => mutate('cancel')}>
        <X aria-hidden />
        Cancel the rest
      </Button>
      {explanation}
    </GatedOrWhy>
  )
}
