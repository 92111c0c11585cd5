import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from 'react-router'
import type { Recovery } from '#contract/recoveries.ts'
import { openCountMax } from '#contract/settings.ts'
import { GatedPage } from '#renderer/app/access.tsx'
import { deliveriesAddress } from '#renderer/app/deliveries-address.ts'
import { paths } from '#renderer/app/paths.ts'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'
import { Banner } from '#renderer/ui/banner.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { Card } from '#renderer/ui/card.tsx'
import { CopyableText } from '#renderer/ui/copy-button.tsx'
import { Description, DescriptionList } from '#renderer/ui/description-list.tsx'
import {
  capitalized,
  formatCount,
  formatCountShort,
  formatNumberOf,
  withinSentence,
} from '#renderer/ui/format.ts'
import { Page } from '#renderer/ui/page.tsx'
import { ProgressBar } from '#renderer/ui/progress-bar.tsx'
import { QueryPage } from '#renderer/ui/query-page.tsx'
import { Stat, StatRow } from '#renderer/ui/stat.tsx'
import { deliveryStatusLabel } from '#renderer/ui/status-badge.tsx'
import { AbsoluteTime } from '#renderer/ui/time.tsx'
import { useWebhookOptions } from '../webhooks/webhook-options.ts'
import { RecoveryCommands } from './recovery-commands.tsx'
import { isOpen, RecoveryStateBadge } from './recovery-state.tsx'

const watchMs = 1_000

const crumbsOf = ({ webhookId }: Recovery) => [
  { label: 'Recover', to: `${paths.recover}?webhook=${webhookId}` },
]

const Canary = ({ deliveryId }: { deliveryId: string }) => (
  <Button asChild size="sm">
    <Link to={paths.delivery(deliveryId)}>Open the first delivery</Link>
  </Button>
)

/** What was queued goes its way, or is held on it, whatever becomes of the recovery. */
const StillUnderWay = ({ recovery: { underWay, state } }: { recovery: Recovery }) =>
  underWay > 0 && (
    <span className="block">
      {formatNumberOf(underWay, 'queued before is', 'queued before are')} still under way
      {state !== 'done' && ', and not stopped by this'}.
    </span>
  )

/** Where it stands, in a sentence, and what a person can do. */
const Situation = ({ recovery }: { recovery: Recovery }) => {
  const { state, stateReason, waitsFor, canaryDeliveryId, underWay } = recovery
  const canary = canaryDeliveryId !== null && <Canary deliveryId={canaryDeliveryId} />
  if (waitsFor !== null)
    return (
      <Banner tone="warning" announce="status" title="It waits, and goes on by itself">
        {waitsFor}
      </Banner>
    )
  if (state === 'canary')
    return (
      <Banner tone="accent" announce="status" title="One goes ahead" actions={canary}>
        The others follow when it arrives.
      </Banner>
    )
  if (state === 'paused')
    return (
      <Banner tone="warning" announce="status" title="Paused" actions={canary}>
        {stateReason !== null && capitalized(stateReason)}
        <StillUnderWay recovery={recovery} />
      </Banner>
    )
  if (state === 'running')
    return (
      <Banner tone="accent" title="Running">
        Oldest first, no faster than the receiver takes them.
      </Banner>
    )
  const all = underWay > 0 ? 'All of them are queued' : 'All of them were sent'
  return (
    <Banner
      tone={recovery.failed > 0 ? 'warning' : state === 'cancelled' ? 'neutral' : 'success'}
      announce="status"
      title={state === 'cancelled' ? 'Cancelled' : all}
    >
      {formatCount(recovery.delivered)} delivered, {formatCount(recovery.failed)} failed.
      <StillUnderWay recovery={recovery} />
    </Banner>
  )
}

const Numbers = ({ recovery }: { recovery: Recovery }) => {
  const { id: recoveryId, queued, total, delivered, failed, underWay } = recovery
  const detail = queued > openCountMax && `of the newest ${formatCount(openCountMax)}`
  return (
    <StatRow label="Progress">
      <Stat
        label="Queued"
        value={`${formatCount(queued)} of ${formatCountShort(total, openCountMax)}`}
        to={deliveriesAddress({ recoveryId })}
      />
      <Stat
        label="Delivered"
        value={formatCount(delivered)}
        detail={detail}
        tone={delivered > 0 ? 'success' : 'neutral'}
        to={deliveriesAddress({ recoveryId, status: 'delivered' })}
      />
      <Stat
        label="Failed"
        value={formatCount(failed)}
        detail={detail}
        tone={failed > 0 ? 'danger' : 'neutral'}
        to={deliveriesAddress({ recoveryId, status: 'exhausted,discarded' })}
      />
      <Stat
        label="Under way"
        value={formatCount(underWay)}
        detail={detail}
        to={deliveriesAddress({ recoveryId, status: 'waiting,sending,held' })}
      />
    </StatRow>
  )
}

const Facts = ({ recovery }: { recovery: Recovery }) => {
  const webhook = useWebhookOptions(recovery.webhookId).find(({ value }) => value === recovery.webhookId)
  return (
    <DescriptionList>
      <Description term="Webhook">
        <Link
          to={`${paths.webhook(recovery.webhookId)}?tab=recovery`}
          className="text-accent hover:underline"
        >
          {webhook?.label}
        </Link>
      </Description>
      {recovery.url !== null && (
        <Description term="To another address">
          <CopyableText text={recovery.url} label="Copy URL" />
          <span className="block text-muted">Each is tried once there and counts for nothing.</span>
        </Description>
      )}
      <Description term="Made since">
        {recovery.since === 0 ? 'The beginning' : <AbsoluteTime at={recovery.since} />}
      </Description>
      <Description term="Made before">
        <AbsoluteTime at={recovery.until} />
      </Description>
      <Description term="Status">
        {capitalized(
          recovery.statuses.map((status) => withinSentence(deliveryStatusLabel(status))).join(' or '),
        )}
      </Description>
      <Description term="Event types">{recovery.eventTypes?.join(', ') ?? 'All'}</Description>
      <Description term="Begun">
        <AbsoluteTime at={recovery.createdAt} />
        <span className="block text-muted">by {recovery.createdBy}</span>
      </Description>
      {recovery.finishedAt !== null && (
        <Description term={recovery.state === 'cancelled' ? 'Cancelled' : 'Last one queued'}>
          <AbsoluteTime at={recovery.finishedAt} />
        </Description>
      )}
    </DescriptionList>
  )
}

const OneRecovery = () => {
  const { recoveryId = '' } = useParams()
  const { inOrganization } = useScope()
  const query = useQuery(
    orpc.recoveries.get.queryOptions({
      input: { ...inOrganization, recoveryId },
      refetchInterval: ({ state }) =>
        state.data && (isOpen(state.data) || state.data.underWay > 0) ? watchMs : false,
    }),
  )
  return (
    <QueryPage query={query} title="Recovery" crumbs={[{ label: 'Recover', to: paths.recover }]}>
      {(recovery) => (
        <Page
          title="Recovery"
          crumbs={crumbsOf(recovery)}
          badge={<RecoveryStateBadge {...recovery} />}
          actions={<RecoveryCommands recovery={recovery} />}
        >
          <Situation recovery={recovery} />
          {/* Nobody has counted further. */}
          {recovery.total < openCountMax && (
            <ProgressBar label="Queued" value={recovery.queued} max={recovery.total} />
          )}
          <Numbers recovery={recovery} />
          <Card className="max-w-3xl" title="What is recovered">
            <Facts recovery={recovery} />
          </Card>
        </Page>
      )}
    </QueryPage>
  )
}

/** `/deliveries/recoveries/:recoveryId` */
export const RecoveryPage = () => (
  <GatedPage action="deliveries.view" title="Recovery">
    <OneRecovery />
  </GatedPage>
)
