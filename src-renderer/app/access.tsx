import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { Action } from '#contract/actions.ts'
import type { Decision } from '#contract/decision.ts'
import { failureOf, orpc } from '#renderer/bridge.ts'
import { Page } from '#renderer/ui/page.tsx'
import { ProblemNotice } from '#renderer/ui/problem-notice.tsx'
import { LoadingBlock } from '#renderer/ui/skeleton.tsx'
import { RefusedPage } from './refused-page.tsx'
import { useScope } from './scope.ts'

/**
 * The decisions on all actions for the signed-in person in the selected organization, in `occasionId`: the selected
 * occasion when it is left out.
 */
export const useDecisions = (occasionId?: string | null) => {
  const { inScope } = useScope()
  const input = occasionId === undefined ? inScope : { ...inScope, occasionId }
  return useQuery(orpc.access.mine.queryOptions({ input }))
}

/** The decision on one action there; undefined while it is not known yet. */
export const useDecision = (action: Action, occasionId?: string | null): Decision | undefined =>
  useDecisions(occasionId).data?.find((decision) => decision.action === action)

/** Draws its children only when the action is allowed. Drawing only: the engine refuses by the same decision. */
export const Gated = ({ action, children }: { action: Action; children: ReactNode }) =>
  useDecision(action)?.allowed ? children : null

/**
 * A page that needs an action to be seen at all. Refused, it shows title and notice instead; a deep link always
 * says why.
 */
export const GatedPage = ({
  action,
  title,
  children,
}: {
  action: Action
  title: string
  children: ReactNode
}) => {
  const decisions = useDecisions()
  const decision = decisions.data?.find((candidate) => candidate.action === action)
  if (decision?.allowed) return children
  return (
    <Page title={title}>
      {decision && (
        <RefusedPage
          decision={decision}
          mayAsk={decisions.data?.some((one) => one.action === 'access.explain' && one.allowed) ?? false}
        />
      )}
      {decisions.isError && (
        <ProblemNotice failure={failureOf(decisions.error)} onRetry={() => void decisions.refetch()} />
      )}
      {decisions.isPending && <LoadingBlock label={`Loading ${title}`} />}
    </Page>
  )
}
