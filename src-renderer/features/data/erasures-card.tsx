import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { Erasure } from '#contract/erasures.ts'
import { useScope } from '#renderer/app/scope.ts'
import { failureOf, orpc } from '#renderer/bridge.ts'
import { Badge } from '#renderer/ui/badge.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { Card } from '#renderer/ui/card.tsx'
import { formatCount, formatLocal, formatNumberOf } from '#renderer/ui/format.ts'
import { ProblemNotice } from '#renderer/ui/problem-notice.tsx'
import { LoadingBlock } from '#renderer/ui/skeleton.tsx'
import { RelativeTime } from '#renderer/ui/time.tsx'
import { useActionFailure } from '#renderer/ui/use-action-failure.tsx'
import { EraseDialog } from './erase-dialog.tsx'
import { aimOf, stateLabels } from './erasure-texts.ts'

const runningPollMs = 1_000

const Cancel = ({ erasure }: { erasure: Erasure }) => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const { onError, explanation } = useActionFailure()
  const cancel = useMutation(
    orpc.erasures.cancel.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries({ queryKey: orpc.erasures.key() }),
      onError,
    }),
  )
  return (
    <>
      <Button
        size="sm"
        busy={cancel.isPending}
        onClick={() => cancel.mutate({ ...inOrganization, erasureId: erasure.id })}
      >
        Cancel
      </Button>
      {explanation}
    </>
  )
}

const tones = { running: 'accent', done: 'success', cancelled: 'neutral' } as const

/** Oldest first: what it has come to says more than a share of a time in which much or little may have happened. */
const cameTo = ({ state, lookedUntil }: Erasure): string =>
  state === 'running' && lookedUntil !== null ? `, those until ${formatLocal(lookedUntil)}` : ''

const Row = ({ erasure }: { erasure: Erasure }) => (
  <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
    <span className="w-28 shrink-0">
      <RelativeTime at={erasure.createdAt} />
    </span>
    <span className="w-24 shrink-0">
      <Badge tone={tones[erasure.state]}>{stateLabels[erasure.state]}</Badge>
    </span>
    <span className="min-w-48 flex-1">
      {aimOf(erasure)}: {formatNumberOf(erasure.erased, 'event')} erased of {formatCount(erasure.looked)}
      {cameTo(erasure)}
      {erasure.discarded > 0 && `, ${formatNumberOf(erasure.discarded, 'delivery', 'deliveries')} discarded`}
    </span>
    <span className="shrink-0 text-xs text-muted">{erasure.createdBy}</span>
    {erasure.state === 'running' && <Cancel erasure={erasure} />}
  </li>
)

const List = () => {
  const { inOrganization } = useScope()
  const query = useQuery(
    orpc.erasures.list.queryOptions({
      input: inOrganization,
      refetchInterval: ({ state: { data } }) =>
        data?.some(({ state }) => state === 'running') ? runningPollMs : false,
    }),
  )
  if (query.isError)
    return <ProblemNotice failure={failureOf(query.error)} onRetry={() => void query.refetch()} />
  if (query.isPending) return <LoadingBlock label="Loading erasures" />
  if (query.data.length === 0) return <p className="text-muted">Nothing was erased yet.</p>
  return (
    <ul className="divide-y divide-line border-y border-line">
      {query.data.map((erasure) => (
        <Row key={erasure.id} erasure={erasure} />
      ))}
    </ul>
  )
}

/** What was erased on request, and erasing more. */
export const ErasuresCard = () => {
  const [open, setOpen] = useState(false)
  return (
    <Card
      title="Erasure"
      description="Takes the data of a person out of events, for good. The events themselves stay, without their bodies."
      actions={
        <Button onClick={() => setOpen(true)}>
          <Trash2 aria-hidden />
          Erase data …
        </Button>
      }
    >
      <List />
      {open && <EraseDialog onClose={() => setOpen(false)} />}
    </Card>
  )
}
