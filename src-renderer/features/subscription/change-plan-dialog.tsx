import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import type { Plan } from '#contract/vocabulary.ts'
import { planLabels } from '#renderer/app/labels.ts'
import { useScope } from '#renderer/app/scope.ts'
import { failureOf, orpc } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { Dialog } from '#renderer/ui/dialog.tsx'
import { ProblemNotice } from '#renderer/ui/problem-notice.tsx'
import { LoadingBlock } from '#renderer/ui/skeleton.tsx'
import { toast } from '#renderer/ui/toast.tsx'
import { CapabilityEffectText } from './capability-effect.tsx'

/** What another plan would do, before it is taken. The focus is on Cancel. */
export const ChangePlanDialog = ({ plan, onClose }: { plan: Plan; onClose: () => void }) => {
  const { organization, inOrganization } = useScope()
  const queryClient = useQueryClient()
  const cancel = useRef<HTMLButtonElement>(null)
  const input = { ...inOrganization, plan }
  const preview = useQuery(orpc.subscription.preview.queryOptions({ input, staleTime: 0 }))
  const change = useMutation(
    orpc.subscription.change.mutationOptions({
      onSuccess: async () => {
        toast.success(`${organization.name} is on the ${planLabels[plan]} plan now`)
        onClose()
        await queryClient.invalidateQueries()
      },
    }),
  )
  const failure = change.error ?? preview.error
  const loses = (preview.data?.lost.length ?? 0) > 0
  return (
    <Dialog
      open
      onOpenChange={onClose}
      role="alertdialog"
      title={`Change the plan to ${planLabels[plan]}`}
      description={`From ${planLabels[organization.plan]}, for ${organization.name}. This is what it does, from the next moment on:`}
      initialFocus={cancel}
      footer={
        <>
          <Button ref={cancel} onClick={onClose}>
            Cancel
          </Button>
          <Button
            look={loses ? 'danger' : 'primary'}
            disabled={!preview.data}
            busy={change.isPending}
            onClick={() => change.mutate(input)}
          >
            Change plan
          </Button>
        </>
      }
    >
      <div className="space-y-4">
        {preview.isPending && <LoadingBlock label="Working out what changes" />}
        {preview.data && <CapabilityEffectText effect={preview.data} />}
        {failure && (
          <ProblemNotice
            failure={failureOf(failure)}
            onRetry={preview.isError ? () => void preview.refetch() : undefined}
          />
        )}
      </div>
    </Dialog>
  )
}
