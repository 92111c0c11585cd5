import { useInfiniteQuery } from '@tanstack/react-query'
import { Send } from 'lucide-react'
import { Link } from 'react-router'
import { formatDuration } from '#contract/duration.ts'
import { openCountMax } from '#contract/settings.ts'
import type { Webhook } from '#contract/webhooks.ts'
import { deliveriesAddress, type StatusChoice } from '#renderer/app/deliveries-address.ts'
import { paths } from '#renderer/app/paths.ts'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'
import { Badge } from '#renderer/ui/badge.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { Card } from '#renderer/ui/card.tsx'
import { CopyableText } from '#renderer/ui/copy-button.tsx'
import { DataTable } from '#renderer/ui/data-table.tsx'
import { Description, DescriptionList } from '#renderer/ui/description-list.tsx'
import { formatCount, formatCountUpTo, formatNumberOf } from '#renderer/ui/format.ts'
import { keysetPaging, usePagedRows } from '#renderer/ui/rows.ts'
import { Stat, StatRow } from '#renderer/ui/stat.tsx'
import { AbsoluteTime, RelativeTime } from '#renderer/ui/time.tsx'
import {
  deliveryHref,
  deliveryId,
  deliveryName,
  deliveryOfWebhookColumns,
} from '../deliveries/delivery-columns.tsx'
import { OccasionName } from '../events/occasion-name.tsx'
import { CertificateFacts } from './certificate-facts.tsx'
import { ProtectionCard } from './protection-card.tsx'
import { SecretList, secretsDescription } from './secret-list.tsx'
import { WebhookSituation } from './webhook-situation.tsx'
import {
  authenticationText,
  conditionText,
  scheduleText,
  shapeText,
  signaturesText,
} from './webhook-words.ts'

const recentMax = 25

const Health = ({ webhook }: { webhook: Webhook }) => {
  const { recent, lastSuccessAt, lastAttemptAt } = webhook
  const listOf = (status: StatusChoice, range?: '24h') =>
    deliveriesAddress({ webhookId: webhook.id, status, range })
  return (
    <StatRow label="Health, last 24 hours">
      <Stat label="Delivered, 24 h" value={formatCount(recent.delivered)} to={listOf('delivered', '24h')} />
      <Stat
        label="Failed attempts, 24 h"
        value={formatCount(recent.failedAttempts)}
        tone={recent.failedAttempts > 0 ? 'danger' : 'neutral'}
      />
      <Stat label="Waiting" value={formatCountUpTo(recent.waiting, openCountMax)} to={listOf('waiting')} />
      <Stat
        label="Held"
        value={formatCountUpTo(recent.held, openCountMax)}
        tone={recent.held > 0 ? 'warning' : 'neutral'}
        to={listOf('held')}
      />
      <Stat
        label="Last success"
        value={lastSuccessAt === null ? 'Never' : <RelativeTime at={lastSuccessAt} />}
        detail={
          lastAttemptAt === null ? (
            'No attempt yet'
          ) : (
            <>
              Last attempt <RelativeTime at={lastAttemptAt} />
            </>
          )
        }
      />
    </StatRow>
  )
}

/** The settings as they take effect. */
const Settings = ({ webhook }: { webhook: Webhook }) => {
  const { ordered, condition, shape, headers, signatureStyles, authentication } = webhook.options
  const { ca, client } = webhook.certificates
  return (
    <>
      <Description term="Timeout">{formatDuration(webhook.timeoutMs)}</Description>
      <Description term="Concurrency">
        {ordered ? '1, because it is ordered' : formatNumberOf(webhook.concurrency, 'request')}
      </Description>
      <Description term="Schedule">{scheduleText(webhook.scheduleMs)}</Description>
      <Description term="Filter">{conditionText(condition)}</Description>
      <Description term="Body">{shapeText(shape)}</Description>
      {headers.length > 0 && (
        <Description term="Headers">
          {headers.map(({ name, value }) => (
            <code key={name} className="block font-mono text-xs [overflow-wrap:anywhere]">
              {name}: {value}
            </code>
          ))}
        </Description>
      )}
      <Description term="Signatures">{signaturesText(signatureStyles)}</Description>
      {authentication.kind !== 'none' && (
        <Description term="Authentication">{authenticationText(authentication)}</Description>
      )}
      {ca.length > 0 && (
        <Description term="Certificate authority">
          <CertificateFacts certificates={ca} />
        </Description>
      )}
      {client !== null && (
        <Description term="Client certificate">
          <CertificateFacts certificates={[client]} />
        </Description>
      )}
    </>
  )
}

const Facts = ({ webhook }: { webhook: Webhook }) => (
  <DescriptionList>
    <Description term="Events">
      <span className="flex flex-wrap gap-1">
        {webhook.events.map((pattern) => (
          <Badge key={pattern} className="font-mono">
            {pattern}
          </Badge>
        ))}
      </span>
    </Description>
    <Description term="Events of">
      <OccasionName occasionId={webhook.occasionId} />
    </Description>
    <Settings webhook={webhook} />
    <Description term="Created">
      <AbsoluteTime at={webhook.createdAt} />
      <span className="block text-muted">by {webhook.createdBy}</span>
    </Description>
    <Description term="Webhook id">
      <CopyableText text={webhook.id} label="Copy webhook id" />
    </Description>
  </DescriptionList>
)

const RecentDeliveries = ({ webhook }: { webhook: Webhook }) => {
  const { inOrganization } = useScope()
  const query = useInfiniteQuery(
    orpc.deliveries.list.infiniteOptions({
      input: (cursor: string | undefined) => ({
        ...inOrganization,
        cursor,
        webhookId: webhook.id,
        limit: recentMax,
      }),
      ...keysetPaging,
    }),
  )
  return (
    <section aria-labelledby="recent-deliveries" className="min-w-0 space-y-2">
      <div className="flex items-center gap-3">
        <h2 id="recent-deliveries" className="flex-1 text-base font-semibold">
          Recent deliveries
        </h2>
        <Button asChild size="sm" look="ghost">
          <Link to={`${paths.deliveries}?webhook=${webhook.id}`}>See all, with filters</Link>
        </Button>
      </div>
      <DataTable
        embedded
        label="Deliveries"
        columns={deliveryOfWebhookColumns}
        rows={usePagedRows(query)}
        rowId={deliveryId}
        rowName={deliveryName}
        rowHref={deliveryHref}
        empty={{
          icon: Send,
          title: 'Nothing was sent yet',
          description: 'Deliveries appear here when an event comes in that this webhook asks for.',
        }}
      />
    </section>
  )
}

/** How a webhook is doing, what was sent lately, and how it is set up. */
export const WebhookOverview = ({ webhook, mayManage }: { webhook: Webhook; mayManage: boolean }) => (
  <>
    <WebhookSituation webhook={webhook} />
    <Health webhook={webhook} />
    <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_22rem]">
      <RecentDeliveries webhook={webhook} />
      <div className="grid gap-4">
        <Card
          title="Setup"
          actions={
            mayManage && (
              <Button asChild size="sm" look="ghost">
                <Link to={{ search: '?tab=configuration' }}>Change</Link>
              </Button>
            )
          }
        >
          <Facts webhook={webhook} />
        </Card>
        <ProtectionCard webhook={webhook} />
        <Card title="Signing secrets" description={secretsDescription}>
          <SecretList webhook={webhook} />
        </Card>
      </div>
    </div>
  </>
)
