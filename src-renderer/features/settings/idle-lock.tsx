import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'
import { Card } from '#renderer/ui/card.tsx'
import { Select } from '#renderer/ui/select.tsx'
import { toast } from '#renderer/ui/toast.tsx'
import { useActionFailure } from '#renderer/ui/use-action-failure.tsx'

const choices = [0, 5, 10, 15, 30, 60, 120, 480] as const

const labelOf = (minutes: number) => {
  if (minutes === 0) return 'Never'
  return minutes < 60 ? `${minutes} minutes` : `${minutes / 60} ${minutes === 60 ? 'hour' : 'hours'}`
}

/** After how long without a key or a click the console asks for the password. */
export const IdleLock = ({ minutes, mayManage }: { minutes: number; mayManage: boolean }) => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const { onError, explanation } = useActionFailure()
  const set = useMutation(
    orpc.settings.setIdleLock.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: orpc.settings.key() })
        await queryClient.invalidateQueries({ queryKey: orpc.session.current.key() })
        toast.success('Saved')
      },
      onError,
    }),
  )
  const known = choices.some((choice) => choice === minutes)
  const options = [...choices, ...(known ? [] : [minutes])].map((choice) => ({
    value: String(choice),
    label: labelOf(choice),
  }))
  return (
    <Card
      title="Lock when idle"
      description="Asks for the password again. What is open stays open behind it."
    >
      {mayManage ? (
        <Select
          aria-label="Lock after"
          className="w-48"
          options={options}
          value={String(set.isPending ? set.variables.idleLockMinutes : minutes)}
          onValueChange={(value) => set.mutate({ ...inOrganization, idleLockMinutes: Number(value) })}
        />
      ) : (
        <p>{labelOf(minutes)}</p>
      )}
      {explanation}
    </Card>
  )
}
