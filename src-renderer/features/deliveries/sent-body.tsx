import { useQuery } from '@tanstack/react-query'
import type { Attempt, DeliveryDetail } from '#contract/events.ts'
import type { Webhook } from '#contract/webhooks.ts'
import { useScope } from '#renderer/app/scope.ts'
import { failureOf, orpc } from '#renderer/bridge.ts'
import { CodeBlock } from '#renderer/ui/code-block.tsx'
import { formatBytes } from '#renderer/ui/format.ts'
import { ProblemNotice } from '#renderer/ui/problem-notice.tsx'
import { LoadingBlock } from '#renderer/ui/skeleton.tsx'

/** The bodies of a delivery: that of its event, and those that were sent in its place. */
export type Bodies = Pick<DeliveryDetail, 'body' | 'shapedBodies'>

/** The exact body that an attempt has sent; null when it sent none, or when that cannot be made any more. */
export const sentBodyOf = (
  { shaped, errorClass }: Attempt,
  { body, shapedBodies }: Bodies,
): string | null => {
  if (shaped !== undefined) return shapedBodies[shaped.sha256] ?? null
  return errorClass === 'shape' ? null : body
}

/** What an attempt has sent, also where that is not the body of the event. */
export const SentBody = ({ attempt, bodies }: { attempt: Attempt; bodies: Bodies }) => {
  const { shaped } = attempt
  const body = sentBodyOf(attempt, bodies)
  if (body !== null) {
    return (
      <>
        <CodeBlock label="Request body" text={body} json={shaped?.contentType !== 'form'} wrap />
        {shaped && (
          <p className="text-xs text-muted">
            Made from the body of the event by the shape that the webhook had at the time.
          </p>
        )}
      </>
    )
  }
  if (!shaped) return <p className="text-muted">Nothing was sent.</p>
  return (
    <p className="text-muted">
      {formatBytes(shaped.sizeBytes)} that were shaped from the body of the event, which is not as it was any
      more. SHA-256: <code className="font-mono text-xs [overflow-wrap:anywhere]">{shaped.sha256}</code>
    </p>
  )
}

const ShapedPreview = ({ delivery, webhook }: { delivery: DeliveryDetail; webhook: Webhook }) => {
  const { inOrganization } = useScope()
  const { shape, headers } = webhook.options
  const preview = useQuery(
    orpc.webhooks.previewShape.queryOptions({
      input: { ...inOrganization, eventId: delivery.eventId, shape, headers },
    }),
  )
  if (preview.isError)
    return <ProblemNotice failure={failureOf(preview.error)} onRetry={() => void preview.refetch()} />
  if (!preview.data) return <LoadingBlock label="Shaping the body" />
  const { after, problem } = preview.data
  if (after === null) return <p className="text-muted">{problem}</p>
  return <CodeBlock label="Request body" text={after.text} json={after.contentType === 'json'} wrap />
}

/** What the next attempt would send as the webhook is now. */
export const BodyToSend = ({ delivery, webhook }: { delivery: DeliveryDetail; webhook?: Webhook }) =>
  webhook?.options.shape && delivery.kind !== 'connectivity' && delivery.erasedAt === null ? (
    <ShapedPreview delivery={delivery} webhook={webhook} />
  ) : (
    <CodeBlock label="Request body" text={delivery.body} json wrap />
  )
