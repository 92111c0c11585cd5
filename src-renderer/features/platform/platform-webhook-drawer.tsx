import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ArrowRight, CirclePlay, Pause } from 'lucide-react'
import { useNavigate } from 'react-router'
import type { Action } from '#contract/actions.ts'
import { formatDuration } from '#contract/duration.ts'
import type { PlatformWebhook } from '#contract/platform.ts'
import { openCountMax } from '#contract/settings.ts'
import { DecisionNotice } from '#renderer/app/decision-notice.tsx'
import { paths } from '#renderer/app/paths.ts'
import { chooseOrganization } from '#renderer/app/scope.ts'
import { useSignedIn } from '#renderer/app/session.tsx'
import { orpc } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { CopyableText } from '#renderer/ui/copy-button.tsx'
import { Description, DescriptionList } from '#renderer/ui/description-list.tsx'
import { Drawer } from '#renderer/ui/drawer.tsx'
import { formatCount, formatCountUpTo, formatNumberOf } from '#renderer/ui/format.ts'
import { WebhookStatusBadge } from '#renderer/ui/status-badge.tsx'
import { AbsoluteTime } from '#renderer/ui/time.tsx'
import { useActionFailure } from '#renderer/ui/use-action-failure.tsx'

const TimeOrNever = ({ at }: { at: number | null }) =>
  at === null ? <span className="text-muted">Never</span> : <AbsoluteTime at={at} />

/** What the platform admin may do with the webhook, as support of its organization. */
const useDecisionsThere = ({ organizationId, occasionId }: PlatformWebhook) => {
  const { data } = useQuery(orpc.access.mine.queryOptions({ input: { organizationId, occasionId } }))
  const find = (action: Action) => data?.find((decision) => decision.action === action)
  return { manage: find('webhooks.manage'), view: find('webhooks.view') }
}

const Support = ({ webhook }: { webhook: PlatformWebhook }) => {
  const queryClient = useQueryClient()
  const { manage } = useDecisionsThere(webhook)
  const { onError, explanation } = useActionFailure()
  const options = {
    onError,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: orpc.platform.key() }),
  }
  const pause = useMutation(orpc.webhooks.pause.mutationOptions(options))
  const resume = useMutation(orpc.webhooks.resume.mutationOptions(options))
  const one = { organizationId: webhook.organizationId, webhookId: webhook.id }
  if (!manage) return null
  if (!manage.allowed) return <DecisionNotice decision={manage} />
  return (
    <div className="flex flex-wrap items-center gap-2">
      {webhook.status === 'active' ? (
        <Button busy={pause.isPending} onClick={() => pause.mutate(one)}>
          <Pause aria-hidden />
          Pause
        </Button>
      ) : (
        <Button busy={resume.isPending} onClick={() => resume.mutate(one)}>
          <CirclePlay aria-hidden />
          Resume
        </Button>
      )}
      <span className="text-muted">as support of {webhook.organizationName}</span>
      {explanation}
    </div>
  )
}

/** A webhook of an organization as operations see it: state and numbers, no payloads and no secrets. Pausing and resuming is support. */
export const PlatformWebhookDrawer = ({
  webhook,
  onClose,
}: {
  webhook: PlatformWebhook
  onClose: () => void
}) => {
  const navigate = useNavigate()
  const { organizations } = useSignedIn()
  const { view } = useDecisionsThere(webhook)
  const reachable = view?.allowed && organizations.some(({ id }) => id === webhook.organizationId)
  const goOn = () => {
    chooseOrganization(webhook.organizationId)
    void navigate(paths.webhook(webhook.id))
  }
  return (
    <Drawer
      open
      onOpenChange={onClose}
      title={webhook.name}
      description={[webhook.organizationName, webhook.occasionName].filter(Boolean).join(', ')}
      footer={
        reachable && (
          <Button look="primary" onClick={goOn}>
            Open in {webhook.organizationName}
            <ArrowRight aria-hidden />
          </Button>
        )
      }
    >
      <WebhookStatusBadge status={webhook.status} />
      <Support webhook={webhook} />
      <DescriptionList>
        {webhook.statusReason && <Description term="Why">{webhook.statusReason}</Description>}
        {webhook.statusChangedAt !== null && (
          <Description term="Since">
            <AbsoluteTime at={webhook.statusChangedAt} />
          </Description>
        )}
        <Description term="URL">
          <CopyableText text={webhook.url} label="Copy URL" />
        </Description>
        <Description term="Events">
          <span className="font-mono text-xs">{webhook.events.join(', ')}</span>
        </Description>
        <Description term="Failing">
          {webhook.failingSince === null ? (
            'No'
          ) : (
            <span>
              {formatNumberOf(webhook.consecutiveFailures, 'failure')} in a row since{' '}
              <AbsoluteTime at={webhook.failingSince} />
            </span>
          )}
        </Description>
        <Description term="Last attempt">
          <TimeOrNever at={webhook.lastAttemptAt} />
        </Description>
        <Description term="Last success">
          <TimeOrNever at={webhook.lastSuccessAt} />
        </Description>
        <Description term="Last 24 hours">
          {formatCount(webhook.recent.delivered)} delivered,{' '}
          {formatNumberOf(webhook.recent.failedAttempts, 'failed attempt')}
        </Description>
        <Description term="Now">
          {formatCountUpTo(webhook.recent.waiting, openCountMax)} waiting,{' '}
          {formatCountUpTo(webhook.recent.held, openCountMax)} held
        </Description>
        <Description term="Timeout">{formatDuration(webhook.timeoutMs)}</Description>
        <Description term="Created">
          <AbsoluteTime at={webhook.createdAt} />
          <span className="block text-muted">by {webhook.createdBy}</span>
        </Description>
        <Description term="Webhook id">
          <CopyableText text={webhook.id} label="Copy webhook id" />
        </Description>
      </DescriptionList>
    </Drawer>
  )
}
