import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Radar } from 'lucide-react'
import { Link } from 'react-router'
import type { WebhookFailing, WebhookProbe } from '#contract/webhook-probes.ts'
import type { Webhook } from '#contract/webhooks.ts'
import { Gated } from '#renderer/app/access.tsx'
import { paths } from '#renderer/app/paths.ts'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'
import { Banner } from '#renderer/ui/banner.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { formatCount, formatNumberOf } from '#renderer/ui/format.ts'
import { AbsoluteTime, RelativeTime } from '#renderer/ui/time.tsx'
import { useActionFailure } from '#renderer/ui/use-action-failure.tsx'

const hourMs = 3_600_000

/** How far a webhook is on its way to being disabled. */
export const FailingBanner = ({ failing }: { failing: WebhookFailing }) => {
  const { since, consecutiveFailures, failingMs, disableAfterMs, disabledAt } = failing
  if (failingMs < hourMs) return null
  const hours = formatCount(Math.floor(failingMs / hourMs))
  const limit = formatNumberOf(disableAfterMs / hourMs, 'hour')
  return (
    <Banner
      tone={failingMs * 2 < disableAfterMs ? 'warning' : 'danger'}
      title={`Failing for ${hours} of ${limit}`}
    >
      Every attempt has failed since <AbsoluteTime at={since} />:{' '}
      {formatNumberOf(consecutiveFailures, 'time')} in a row. With the first failure after{' '}
      <AbsoluteTime at={disabledAt} /> the webhook is disabled and its events are held. Time in which this
      machine was offline does not count.
    </Banner>
  )
}

const probeTexts: Record<WebhookProbe['state'], string> = {
  running: 'A probe is under way. The webhook is resumed when it is answered with 2xx.',
  passed: 'The last probe was answered.',
  failed: 'The last probe failed, so the webhook stays as it is.',
  timed_out: 'The last probe was not sent in time. Is the delivery worker running?',
  cancelled: 'The last probe was cancelled.',
}

export const ProbeState = ({ probe }: { probe: WebhookProbe }) => (
  <span role="status" className="mt-1 block">
    {probeTexts[probe.state]}{' '}
    {probe.state !== 'timed_out' && probe.state !== 'cancelled' && (
      <Link className="underline" to={paths.delivery(probe.deliveryId)}>
        See its delivery
      </Link>
    )}{' '}
    <span className="text-muted">
      <RelativeTime at={probe.finishedAt ?? probe.startedAt} />, by {probe.startedBy}
    </span>
  </span>
)

/** Sends one real request, and resumes the webhook when it is answered. */
export const ProbeAndResume = ({ webhook }: { webhook: Webhook }) => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const { onError, explanation } = useActionFailure()
  const probe = useMutation(
    orpc.webhooks.probeAndResume.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries({ queryKey: orpc.webhooks.key() }),
      onError,
    }),
  )
  return (
    <Gated action="webhooks.manage">
      <Button
        size="sm"
        busy={probe.isPending || webhook.probe?.state === 'running'}
        onClick={() => probe.mutate({ ...inOrganization, webhookId: webhook.id })}
      >
        <Radar aria-hidden />
        Probe and resume
      </Button>
      {explanation}
    </Gated>
  )
}
