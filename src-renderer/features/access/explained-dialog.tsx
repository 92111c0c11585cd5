import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import type { Action } from '#contract/actions.ts'
import { actionTitle } from '#renderer/app/action-labels.ts'
import { explorerAddress } from '#renderer/app/paths.ts'
import { useScope } from '#renderer/app/scope.ts'
import { failureOf, orpc } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { CopyButton } from '#renderer/ui/copy-button.tsx'
import { Dialog } from '#renderer/ui/dialog.tsx'
import { DecisionGates } from '#renderer/ui/explain-dialog.tsx'
import { ProblemNotice } from '#renderer/ui/problem-notice.tsx'
import { LoadingBlock } from '#renderer/ui/skeleton.tsx'
import { DecisionHeadline } from './decision-panel.tsx'
import { subjectOf } from './subject.ts'

/** The decision behind a cell, gate by gate. */
export const ExplainedDialog = ({
  subjectId,
  action,
  onClose,
}: {
  subjectId: string
  action: Action
  onClose: () => void
}) => {
  const { inScope } = useScope()
  const subject = subjectOf(subjectId)
  const query = useQuery(
    orpc.access.explain.queryOptions({
      input: { ...inScope, action, subject: subject ?? { kind: 'user', userId: subjectId } },
    }),
  )
  const decision = query.data
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={decision ? `${decision.principal.name}: ${actionTitle(action)}` : actionTitle(action)}
      footer={
        <>
          {decision && <CopyButton showLabel label="Copy as JSON" text={JSON.stringify(decision, null, 2)} />}
          <Button asChild size="sm">
            <Link to={explorerAddress({ subject: subjectId, action })}>Open in Explain</Link>
          </Button>
          <Button asChild size="sm">
            <Link to={explorerAddress({ tab: 'what-if', subject: subjectId, action })}>Try a change</Link>
          </Button>
        </>
      }
    >
      {query.isPending && <LoadingBlock label="Loading the decision" />}
      {query.isError && (
        <ProblemNotice failure={failureOf(query.error)} onRetry={() => void query.refetch()} />
      )}
      {decision && (
        <div className="space-y-4">
          <DecisionHeadline decision={decision} />
          <DecisionGates decision={decision} />
        </div>
      )}
    </Dialog>
  )
}
