import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Pause, Play, X } from 'lucide-react'
import type { Recovery } from '#contract/recoveries.ts'
import { GatedOrWhy } from '#renderer/app/refusal.tsx'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { useActionFailure } from '#renderer/ui/use-action-failure.tsx'
import { isOpen } from './recovery-state.tsx'

/** Pausing, resuming and cancelling a recovery that is not over. */
export const RecoveryCommands = ({ recovery }: { recovery: Recovery }) => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const { onError, explanation } = useActionFailure()
  const input = { ...inOrganization, recoveryId: recovery.id }
  const options = {
    onSuccess: (changed: Recovery) => {
      queryClient.setQueryData(orpc.recoveries.get.queryKey({ input }), changed)
    },
    onError,
  }
  const pause = useMutation(orpc.recoveries.pause.mutationOptions(options))
  const resume = useMutation(orpc.recoveries.resume.mutationOptions(options))
  const cancel = useMutation(orpc.recoveries.cancel.mutationOptions(options))
  if (!isOpen(recovery)) return null
  return (
    <GatedOrWhy action="deliveries.recover" why="Why can’t I change it?">
      {recovery.state === 'paused' ? (
        <Button look="primary" busy={resume.isPending} onClick={() => resume.mutate(input)}>
          <Play aria-hidden />
          {recovery.canaryDeliveryId !== null && recovery.queued === 1 ? 'Let the others follow' : 'Resume'}
        </Button>
      ) : (
        <Button busy={pause.isPending} onClick={() => pause.mutate(input)}>
          <Pause aria-hidden />
          Pause
        </Button>
      )}
      <Button busy={cancel.isPending} onClick={() => cancel.mutate(input)}>
        <X aria-hidden />
        Cancel the rest
      </Button>
      {explanation}
    </GatedOrWhy>
  )
}
