import { useMutation } from '@tanstack/react-query'
import { Radar } from 'lucide-react'
import type { Webhook } from '#contract/webhooks.ts'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { Card } from '#renderer/ui/card.tsx'
import { useActionFailure } from '#renderer/ui/use-action-failure.tsx'

/** The small unsigned POST that shows whether the address answers, and nothing more. */
export const ConnectivityCheck = ({
  webhook,
  onSent,
}: {
  webhook: Webhook
  onSent: (deliveryId: string) => void
}) => {
  const { inOrganization } = useScope()
  const { onError, explanation } = useActionFailure()
  const check = useMutation(
    orpc.webhooks.checkConnectivity.mutationOptions({
      onSuccess: ({ deliveryId }) => onSent(deliveryId),
      onError,
    }),
  )
  return (
    <Card
      title="Check connectivity"
      description="A small unsigned POST. It only shows that the address answers; a receiver that verifies signatures should refuse it."
    >
      <Button
        busy={check.isPending}
        onClick={() => check.mutate({ ...inOrganization, webhookId: webhook.id })}
      >
        <Radar aria-hidden />
        Check connectivity
      </Button>
      {explanation}
    </Card>
  )
}
