import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Scale, UserSearch } from 'lucide-react'
import { useId, useState } from 'react'
import { Link } from 'react-router'
import type { Subject } from '#contract/access.ts'
import { type Action, actions } from '#contract/actions.ts'
import type { Decision } from '#contract/decision.ts'
import { Gated } from '#renderer/app/access.tsx'
import { explorerAddress, paths } from '#renderer/app/paths.ts'
import { useScope } from '#renderer/app/scope.ts'
import { failureOf, orpc } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { Card } from '#renderer/ui/card.tsx'
import { CopyButton } from '#renderer/ui/copy-button.tsx'
import { EmptyState } from '#renderer/ui/empty-state.tsx'
import { DecisionGates } from '#renderer/ui/explain-dialog.tsx'
import { Field, fieldIds } from '#renderer/ui/field.tsx'
import { Input } from '#renderer/ui/input.tsx'
import { ProblemNotice } from '#renderer/ui/problem-notice.tsx'
import { useChoiceParam, useSearchParam } from '#renderer/ui/search-params.ts'
import { LoadingBlock } from '#renderer/ui/skeleton.tsx'
import { ActionList } from './action-list.tsx'
import { CreateExpectationDialog } from './create-expectation-dialog.tsx'
import { DecisionHeadline } from './decision-panel.tsx'
import { resourceLabels, resourceOf } from './resource.ts'
import { subjectId, useSubject } from './subject.ts'
import { SubjectPicker } from './subject-picker.tsx'

/** The question: who, and about which thing if any. */
const Question = () => {
  const { subject, setSubjectId } = useSubject()
  const { organization, occasion } = useScope()
  const [resourceId, setResourceId] = useSearchParam('resource')
  const ids = { subject: useId(), resource: useId() }
  const resource = resourceOf(resourceId.trim())
  const error =
    resourceId !== '' && !resource
      ? 'Not the id of a webhook, API key, connection, event, delivery or user.'
      : undefined
  const hint = resource
    ? `Asks about this ${resourceLabels[resource.kind].toLowerCase().replace('api', 'API')}.`
    : 'Paste its id to ask about one thing.'
  return (
    <div className="grid items-start gap-x-4 gap-y-3 md:grid-cols-2 xl:grid-cols-3">
      <Field id={ids.subject} label="Person or API key">
        <SubjectPicker id={ids.subject} subject={subject} onChange={setSubjectId} />
      </Field>
      <Field id={ids.resource} label="About" optional error={error} hint={error ? undefined : hint}>
        <Input
          {...fieldIds(ids.resource, error ? undefined : hint, error)}
          className="font-mono"
          spellCheck={false}
          placeholder="whk_… key_… con_… evt_… dlv_… usr_…"
          value={resourceId}
          onChange={(event) => setResourceId(event.target.value)}
        />
      </Field>
      <div className="space-y-1">
        <p className="font-medium">Where</p>
        <p className="flex min-h-8 items-center">
          {occasion ? `${occasion.name}, ${organization.name}` : organization.name}
        </p>
        <p className="text-xs text-muted">The organization and occasion that are chosen on the left.</p>
      </div>
    </div>
  )
}

/** What the person may do at all, to choose from. */
const useOutcomes = (subject: Subject | null) => {
  const { inScope } = useScope()
  return useQuery(
    orpc.access.whatIf.queryOptions({
      input: { ...inScope, subject: subject ?? { kind: 'user', userId: '' }, changes: [] },
      enabled: subject !== null,
      placeholderData: keepPreviousData,
    }),
  )
}

const Answer = ({ subject, action }: { subject: Subject; action: Action }) => {
  const { inScope } = useScope()
  const [resourceId] = useSearchParam('resource')
  const resource = resourceOf(resourceId.trim()) ?? undefined
  const query = useQuery(
    orpc.access.explain.queryOptions({
      input: { ...inScope, subject, action, resource },
      placeholderData: keepPreviousData,
    }),
  )
  if (query.isPending) return <LoadingBlock label="Loading the decision" />
  if (query.isError)
    return <ProblemNotice failure={failureOf(query.error)} onRetry={() => void query.refetch()} />
  return (
    <div className="space-y-4" aria-live="polite">
      <DecisionHeadline decision={query.data} />
      <AnswerActions subject={subject} decision={query.data} />
      <DecisionGates decision={query.data} />
    </div>
  )
}

const AnswerActions = ({ subject, decision }: { subject: Subject; decision: Decision }) => {
  const [saving, setSaving] = useState(false)
  const { action } = decision
  return (
    <div className="flex flex-wrap gap-2">
      <CopyButton showLabel label="Copy as JSON" text={JSON.stringify(decision, null, 2)} />
      <Button asChild size="sm">
        <Link to={explorerAddress({ tab: 'what-if', subject: subjectId(subject), action })}>
          Try a change
        </Link>
      </Button>
      <Gated action="users.manage">
        <Button size="sm" onClick={() => setSaving(true)}>
          Save as expectation
        </Button>
      </Gated>
      <Button asChild size="sm" look="ghost">
        <Link to={paths.access}>How access works</Link>
      </Button>
      {saving && (
        <CreateExpectationDialog
          subject={subject}
          action={action}
          expected={decision.allowed ? 'allowed' : 'refused'}
          onClose={() => setSaving(false)}
        />
      )}
    </div>
  )
}

/** Why somebody may or may not do something: the gates in order, the one that decided, and the way out. */
export const ExplainTab = () => {
  const { subject } = useSubject()
  const [action, setAction] = useChoiceParam('action', actions, '')
  const outcomes = useOutcomes(subject)
  return (
    <>
      <Card>
        <Question />
      </Card>
      {!subject && (
        <EmptyState icon={UserSearch} title="Whom is the question about?">
          <p>Choose a person or an API key above.</p>
        </EmptyState>
      )}
      {subject && outcomes.isError && (
        <ProblemNotice failure={failureOf(outcomes.error)} onRetry={() => void outcomes.refetch()} />
      )}
      {subject && !outcomes.isError && (
        <div className="grid items-start gap-4 lg:grid-cols-[20rem_minmax(0,1fr)]">
          <ActionList
            outcomes={outcomes.data?.outcomes.map(({ action: of, before }) => ({ action: of, ...before }))}
            value={action}
            onValueChange={setAction}
          />
          <Card>
            {action ? (
              <Answer subject={subject} action={action} />
            ) : (
              <EmptyState icon={Scale} title="Choose an action">
                <p>
                  The list shows what is allowed here. Choose an action to see every gate and what it read.
                </p>
              </EmptyState>
            )}
          </Card>
        </div>
      )}
    </>
  )
}
