import { useQuery } from '@tanstack/react-query'
import { CirclePlay, Pause, Trash2 } from 'lucide-react'
import { useNavigate, useParams } from 'react-router'
import type { Webhook } from '#contract/webhooks.ts'
import { GatedPage, useDecision } from '#renderer/app/access.tsx'
import { paths } from '#renderer/app/paths.ts'
import { RefusalNotice } from '#renderer/app/refusal.tsx'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { CopyableText } from '#renderer/ui/copy-button.tsx'
import { Page } from '#renderer/ui/page.tsx'
import { QueryPage } from '#renderer/ui/query-page.tsx'
import { useChoiceParam } from '#renderer/ui/search-params.ts'
import { WebhookStatusBadge } from '#renderer/ui/status-badge.tsx'
import { TabPanel, Tabs } from '#renderer/ui/tabs.tsx'
import { WebhookHeld } from '../held/webhook-held.tsx'
import { WebhookRecoveries } from '../recoveries/webhook-recoveries.tsx'
import { AuthenticationEditor } from './authentication-editor.tsx'
import { ConfigurationLayout } from './configuration-frame.tsx'
import { OptionBadges } from './option-badges.tsx'
import { useWebhookCommands } from './use-webhook-commands.tsx'
import { WebhookConfiguration } from './webhook-configuration.tsx'
import { WebhookOverview } from './webhook-overview.tsx'
import { WebhookSecrets } from './webhook-secrets.tsx'
import { WebhookTest } from './webhook-test.tsx'

const crumbs = [{ label: 'Webhooks', to: paths.webhooks }]
const tabs = [
  { value: 'overview', label: 'Overview' },
  { value: 'configuration', label: 'Configuration' },
  { value: 'test', label: 'Test' },
  { value: 'secrets', label: 'Secrets' },
  { value: 'held', label: 'Held' },
  { value: 'recovery', label: 'Recovery' },
] as const
const tabNames = tabs.map(({ value }) => value)

const Actions = ({ webhook }: { webhook: Webhook }) => {
  const navigate = useNavigate()
  const { commands, busy, dialogs } = useWebhookCommands({
    onDeleted: () => void navigate(paths.webhooks, { replace: true }),
  })
  return (
    <>
      {webhook.status === 'active' ? (
        <Button busy={busy} onClick={() => commands.onPause(webhook)}>
          <Pause aria-hidden />
          Pause
        </Button>
      ) : (
        <Button look="primary" busy={busy} onClick={() => commands.onResume(webhook)}>
          <CirclePlay aria-hidden />
          Resume
        </Button>
      )}
      <Button onClick={() => commands.onDelete(webhook)}>
        <Trash2 aria-hidden />
        Delete
      </Button>
      {dialogs}
    </>
  )
}

const Details = ({ webhook }: { webhook: Webhook }) => {
  const mayManage = useDecision('webhooks.manage')?.allowed ?? false
  const [tab, setTab] = useChoiceParam('tab', tabNames, 'overview')
  return (
    <Page
      title={webhook.name}
      crumbs={crumbs}
      badge={
        <>
          <WebhookStatusBadge status={webhook.status} />
          <OptionBadges webhook={webhook} />
        </>
      }
      description={<CopyableText text={webhook.url} label="Copy URL" />}
      actions={mayManage && <Actions webhook={webhook} />}
    >
      <RefusalNotice action="webhooks.manage" />
      {mayManage ? (
        <Tabs manual label="Webhook" tabs={tabs} value={tab} onValueChange={setTab}>
          <TabPanel value="overview">
            <WebhookOverview webhook={webhook} mayManage={mayManage} />
          </TabPanel>
          <TabPanel value="configuration">
            <ConfigurationLayout>
              <WebhookConfiguration webhook={webhook} />
              <AuthenticationEditor webhook={webhook} />
            </ConfigurationLayout>
          </TabPanel>
          <TabPanel value="test">
            <WebhookTest webhook={webhook} />
          </TabPanel>
          <TabPanel value="secrets">
            <WebhookSecrets webhook={webhook} />
          </TabPanel>
          <TabPanel value="held">
            <WebhookHeld webhook={webhook} />
          </TabPanel>
          <TabPanel value="recovery">
            <WebhookRecoveries webhook={webhook} />
          </TabPanel>
        </Tabs>
      ) : (
        <WebhookOverview webhook={webhook} mayManage={mayManage} />
      )}
    </Page>
  )
}

const OneWebhook = () => {
  const { webhookId = '' } = useParams()
  const { inOrganization } = useScope()
  const query = useQuery(orpc.webhooks.get.queryOptions({ input: { ...inOrganization, webhookId } }))
  return (
    <QueryPage query={query} title="Webhook" crumbs={crumbs}>
      {(webhook) => <Details key={webhook.id} webhook={webhook} />}
    </QueryPage>
  )
}

/** `/settings/integrations/webhooks/:webhookId` */
export const WebhookPage = () => (
  <GatedPage action="webhooks.view" title="Webhook">
    <OneWebhook />
  </GatedPage>
)
