import { useQuery } from '@tanstack/react-query'
import { GatedPage, useDecision } from '#renderer/app/access.tsx'
import { RefusalNotice } from '#renderer/app/refusal.tsx'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'
import { Page } from '#renderer/ui/page.tsx'
import { QueryPage } from '#renderer/ui/query-page.tsx'
import { Backups } from './backups.tsx'
import { DataCard } from './data-card.tsx'
import { IdleLock } from './idle-lock.tsx'
import { NetworkRules, useNetworkRuleCommands } from './network-rules.tsx'

const General = () => {
  const { inOrganization } = useScope()
  const mayManage = useDecision('settings.manage')?.allowed ?? false
  const networkRules = useNetworkRuleCommands()
  const query = useQuery(orpc.settings.get.queryOptions({ input: inOrganization }))
  return (
    <QueryPage query={query} title="General">
      {(settings) => (
        <Page title="General" description="How this installation works.">
          <RefusalNotice action="settings.manage" />
          <NetworkRules rules={settings.networkRules} commands={mayManage ? networkRules : null} />
          <div className="grid items-start gap-4 xl:grid-cols-2">
            <DataCard settings={settings} />
            <IdleLock minutes={settings.idleLockMinutes} mayManage={mayManage} />
          </div>
          <Backups backups={settings.backups} mayManage={mayManage} />
        </Page>
      )}
    </QueryPage>
  )
}

/** `/settings/general` */
export const GeneralPage = () => (
  <GatedPage action="settings.view" title="General">
    <General />
  </GatedPage>
)
