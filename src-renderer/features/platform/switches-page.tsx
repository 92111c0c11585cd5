import { useQuery } from '@tanstack/react-query'
import { GatedPage } from '#renderer/app/access.tsx'
import { failureOf, orpc } from '#renderer/bridge.ts'
import { Page } from '#renderer/ui/page.tsx'
import { ProblemNotice } from '#renderer/ui/problem-notice.tsx'
import { LoadingBlock } from '#renderer/ui/skeleton.tsx'
import { SwitchCard } from './switch-card.tsx'

const title = 'Kill switches'

const Switches = () => {
  const query = useQuery(orpc.platform.killSwitches.queryOptions())
  return (
    <Page
      title={title}
      description="Stop a power at run time, for everybody or for one organization, whatever is paid for. Open consoles change within a second, and nothing is deleted."
    >
      {query.isPending && <LoadingBlock label="Loading the switches" />}
      {query.isError && !query.data && (
        <ProblemNotice failure={failureOf(query.error)} onRetry={() => void query.refetch()} />
      )}
      <div className="grid items-start gap-4 xl:grid-cols-2">
        {query.data?.map((state) => (
          <SwitchCard key={state.name} state={state} />
        ))}
      </div>
    </Page>
  )
}

/** `/platform/switches` */
export const PlatformSwitchesPage = () => (
  <GatedPage action="platform.flags.manage" title={title}>
    <Switches />
  </GatedPage>
)
