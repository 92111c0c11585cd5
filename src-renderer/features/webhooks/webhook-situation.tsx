import { useState } from 'react'
import { Link } from 'react-router'
import type { BlockingDelivery, Breaker, PausedRelease, TokenPause } from '#contract/protection.ts'
import { openCountMax } from '#contract/settings.ts'
import type { Webhook } from '#contract/webhooks.ts'
import { useDecision } from '#renderer/app/access.tsx'
import { paths } from '#renderer/app/paths.ts'
import { Banner } from '#renderer/ui/banner.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { capitalized, formatCount, formatCountUpTo, formatNumberOf } from '#renderer/ui/format.ts'
import { DueTime, RelativeTime } from '#renderer/ui/time.tsx'
import { SkipDialog } from '../deliveries/skip-dialog.tsx'
import { FailingBanner, ProbeAndResume, ProbeState } from './webhook-failing.tsx'

const statusTexts = {
  paused: 'Events are accepted and held until somebody resumes it.',
  disabled: 'Nothing is sent. Events are held. Resume it when the receiver works again.',
  suspended: 'Events are held and the secrets kept. When the capability returns, resume the webhook by hand.',
} as const
const capabilityIsBack =
  'The capability is there again, and the secrets were kept. Resume the webhook by hand: then what is held goes out.'

const titleOf = ({ status, statusReason }: Webhook) => {
  if (statusReason === 'gone') return 'Disabled: the receiver answered 410 Gone'
  if (statusReason === 'failing') return 'Disabled: every attempt failed for 120 hours'
  if (statusReason === 'plan') return 'Suspended: the capability “webhooks” was lost'
  const words = statusReason?.startsWith(status)
    ? statusReason
    : [status, statusReason].filter(Boolean).join(': ')
  return capitalized(words)
}

const BreakerBanner = ({ breaker }: { breaker: Breaker }) => (
  <Banner
    tone="danger"
    title={
      breaker.state === 'probing'
        ? 'The circuit breaker is open: a probe is under way'
        : 'The circuit breaker is open'
    }
  >
    {formatCount(breaker.failed)} of {formatNumberOf(breaker.requests, 'request')} failed, so nothing more is
    sent for a while. Nothing is lost, and nothing uses up an attempt.
    {breaker.nextProbeAt !== null && (
      <>
        {' '}
        One delivery goes as a probe <DueTime at={breaker.nextProbeAt} />; when it arrives, all go on.
      </>
    )}
  </Banner>
)

const TokenPauseBanner = ({ tokenPause: { until, reason } }: { tokenPause: TokenPause }) => (
  <Banner tone="warning" title="The token endpoint asked to be left alone">
    There is no token, so nothing is sent until it may be asked again, <DueTime at={until} />. Nothing is
    lost, and nothing uses up an attempt. A change of the authentication, or pausing and resuming the webhook,
    ends it. <span className="text-muted">{reason}</span>
  </Banner>
)

const countText = (count: number) =>
  count === 1 ? '1 delivery' : `${formatCountUpTo(count, openCountMax)} deliveries`
const waitingText = (count: number, forWhat: string) =>
  `${countText(count)} ${count === 1 ? 'waits' : 'wait'} ${forWhat}`

const BlockedBanner = ({ blockedBy }: { blockedBy: BlockingDelivery }) => {
  const [asks, setAsks] = useState(false)
  const maySkip = useDecision('deliveries.release')?.allowed ?? false
  const waiting = countText(blockedBy.waiting)
  return (
    <Banner
      tone="warning"
      title={waitingText(blockedBy.waiting, 'behind one that failed')}
      actions={
        <>
          <Button asChild size="sm">
            <Link to={paths.delivery(blockedBy.deliveryId)}>Open it</Link>
          </Button>
          {maySkip && (
            <Button size="sm" onClick={() => setAsks(true)}>
              Skip it …
            </Button>
          )}
        </>
      }
    >
      The order is kept: {formatNumberOf(blockedBy.attempts, 'attempt')} failed,{' '}
      {blockedBy.nextAttemptAt === null ? (
        'and it is being sent now.'
      ) : (
        <>
          the next one is due <DueTime at={blockedBy.nextAttemptAt} />.
        </>
      )}
      {asks && (
        <SkipDialog deliveryId={blockedBy.deliveryId} waiting={waiting} onClose={() => setAsks(false)} />
      )}
    </Banner>
  )
}

const PausedReleaseBanner = ({ pausedRelease: { waiting, reason } }: { pausedRelease: PausedRelease }) => (
  <Banner
    tone="warning"
    title={waitingText(waiting, 'for a release that is paused')}
    actions={
      <Button asChild size="sm">
        <Link to={{ search: '?tab=held' }}>Open the release</Link>
      </Button>
    }
  >
    The order is kept: what is held goes before what came later. Resume the release, or cancel it to let the
    newer ones go first.{reason && <span className="text-muted"> {capitalized(reason)}</span>}
  </Banner>
)

/** Why a webhook sends nothing, or less than it could. */
export const WebhookSituation = ({ webhook }: { webhook: Webhook }) => {
  const { status, statusChangedAt, breaker, tokenPause, blockedBy, pausedRelease, failing, probe } = webhook
  // Whatever is chosen: it is resumed in its own occasion.
  const gates = useDecision('webhooks.manage', webhook.occasionId)?.gates
  const mayBeResumed = gates?.find(({ gate }) => gate === 'capability')?.passed ?? false
  if (status === 'active')
    return (
      <>
        {failing !== null && <FailingBanner failing={failing} />}
        {tokenPause && <TokenPauseBanner tokenPause={tokenPause} />}
        {breaker.state !== 'closed' && <BreakerBanner breaker={breaker} />}
        {blockedBy && blockedBy.waiting > 0 && <BlockedBanner blockedBy={blockedBy} />}
        {pausedRelease && <PausedReleaseBanner pausedRelease={pausedRelease} />}
      </>
    )
  return (
    <Banner
      tone={status === 'disabled' ? 'danger' : 'warning'}
      title={titleOf(webhook)}
      actions={<ProbeAndResume webhook={webhook} />}
    >
      {status === 'suspended' && mayBeResumed ? capabilityIsBack : statusTexts[status]}{' '}
      {statusChangedAt !== null && (
        <span className="text-muted">
          <RelativeTime at={statusChangedAt} />
        </span>
      )}
      {probe !== null && probe.startedAt >= (statusChangedAt ?? 0) && <ProbeState probe={probe} />}
    </Banner>
  )
}
