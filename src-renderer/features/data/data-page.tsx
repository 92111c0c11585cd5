import { useQuery } from '@tanstack/react-query'
import { GatedPage, useDecision } from '#renderer/app/access.tsx'
import { RefusalNotice } from '#renderer/app/refusal.tsx'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'
import { Page } from '#renderer/ui/page.tsx'
import { QueryPage } from '#renderer/ui/query-page.tsx'
import { DatabaseSizeCard } from './database-size.tsx'
import { ErasuresCard } from './erasures-card.tsx'
import { RetentionCard } from './retention-card.tsx'

const title = 'Data'
const runningPollMs = 1_000

const Content = () => {
  const { inOrganization } = useScope()
  const mayManage = useDecision('settings.manage')?.allowed ?? false
  const query = useQuery(
    orpc.retention.get.queryOptions({
      input: inOrganization,
      refetchInterval: ({ state }) => (state.data?.running ? runningPollMs : false),
    }),
  )
  return (
    <QueryPage query={query} title={title}>
      {(retention) => (
        <Page title={title} description="How long things are kept, and what is erased on request.">
          <RefusalNotice action="settings.manage" />
          <RetentionCard retention={retention} mayManage={mayManage} />
          <DatabaseSizeCard size={retention.database} diskFreeBytes={retention.diskFreeBytes} />
          {mayManage && <ErasuresCard />}
        </Page>
      )}
    </QueryPage>
  )
}

/** `/settings/data` */
export const DataPage = () => (
  <GatedPage action="settings.view" title={title}>
    <Content />
  </GatedPage>
)
