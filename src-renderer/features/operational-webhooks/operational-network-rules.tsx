import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useDecision } from '#renderer/app/access.tsx'
import { client, failureOf, orpc } from '#renderer/bridge.ts'
import { ProblemNotice } from '#renderer/ui/problem-notice.tsx'
import { Skeleton } from '#renderer/ui/skeleton.tsx'
import { type NetworkRuleCommands, NetworkRules } from '../settings/network-rules.tsx'

const useCommands = (): NetworkRuleCommands => {
  const queryClient = useQueryClient()
  const refresh = () =>
    queryClient.invalidateQueries({ queryKey: orpc.operationalWebhooks.networkRules.key() })
  return {
    add: async (rule) => {
      const added = await client.operationalWebhooks.addNetworkRule(rule)
      await refresh()
      return added
    },
    remove: async ({ id }) => {
      await client.operationalWebhooks.removeNetworkRule({ networkRuleId: id })
      await refresh()
    },
  }
}

/** The addresses of private networks that operational webhooks may reach. */
export const OperationalNetworkRules = () => {
  const mayManage = useDecision('platform.webhooks.manage')?.allowed ?? false
  const commands = useCommands()
  const { data, error, refetch } = useQuery(orpc.operationalWebhooks.networkRules.queryOptions())
  if (error) return <ProblemNotice failure={failureOf(error)} onRetry={() => void refetch()} />
  if (!data) return <Skeleton className="h-24 w-full" />
  return <NetworkRules rules={data} commands={mayManage ? commands : null} />
}
