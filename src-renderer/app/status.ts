import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { orpc } from '#renderer/bridge.ts'
import { useScope } from './scope.ts'

const pollMs = 15_000

/** How the machine and the deliveries of the selected organization or occasion are doing, kept up to date. */
export const useStatus = () => {
  const { inScope } = useScope()
  return useQuery(
    orpc.status.get.queryOptions({
      input: inScope,
      refetchInterval: pollMs,
      placeholderData: keepPreviousData,
    }),
  )
}
