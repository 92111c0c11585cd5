import { useQuery } from '@tanstack/react-query'
import { CircleCheck, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import type { Health, HealthCheck, HealthCheckName } from '#contract/health.ts'
import { Gated } from '#renderer/app/access.tsx'
import { useScope } from '#renderer/app/scope.ts'
import { type Failure, failureOf, orpc } from '#renderer/bridge.ts'
import { Banner } from '#renderer/ui/banner.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { Dialog } from '#renderer/ui/dialog.tsx'
import { ProblemNotice } from '#renderer/ui/problem-notice.tsx'
import { Spinner } from '#renderer/ui/spinner.tsx'
import { RelativeTime } from '#renderer/ui/time.tsx'

const refetchMs = 60_000

export const checkLabels: Record<HealthCheckName, string> = {
  worker: 'Delivery worker',
  queue: 'Due deliveries',
  leases: 'Leases',
  replication: 'Worker and database',
  storage: 'Writing',
  disk: 'Disk',
  database: 'Database size',
  integrity: 'Integrity',
  backups: 'Backups',
  clock: 'Clock',
  jobs: 'Regular jobs',
}

const Check = ({ check }: { check: HealthCheck }) => {
  const isOk = check.state === 'ok'
  const Icon = isOk ? CircleCheck : TriangleAlert
  return (
    <li className="flex gap-3 py-2">
      <Icon aria-hidden className={isOk ? 'mt-0.5 size-4 text-success' : 'mt-0.5 size-4 text-warning'} />
      <div className="min-w-0 flex-1">
        <p className="font-medium">
          {checkLabels[check.name]}
          <span className="sr-only">{isOk ? ': well' : ': needs attention'}</span>
        </p>
        <p className="break-words text-muted">{check.fact}</p>
        {check.advice && <p className="break-words">{check.advice}</p>}
      </div>
    </li>
  )
}

const Details = ({
  health,
  looking,
  failure,
  onLook,
  onClose,
}: {
  health: Health
  looking: boolean
  /** Of the last look; null when it succeeded. */
  failure: Failure | null
  onLook: () => void
  onClose: () => void
}) => (
  <Dialog
    open
    onOpenChange={onClose}
    title="Self-check"
    description={
      <>
        Looked at <RelativeTime at={health.at} />.
      </>
    }
  >
    <Button size="sm" busy={looking} onClick={onLook}>
      Look again
    </Button>
    {failure && (
      <div className="mt-3">
        <ProblemNotice failure={failure} />
      </div>
    )}
    <ul className="mt-2 divide-y divide-line">
      {health.checks.map((check) => (
        <Check key={check.name} check={check} />
      ))}
    </ul>
  </Dialog>
)

/** Whether somebody who has read the one learns nothing from the other. */
const saysTheSame = (one: Failure, other: Failure | null) =>
  one.code === other?.code && one.detail === other.detail && one.decision === undefined

const Summary = ({ told }: { told: Failure | null }) => {
  const { inOrganization } = useScope()
  const [open, setOpen] = useState(false)
  const query = useQuery(orpc.health.get.queryOptions({ input: inOrganization, refetchInterval: refetchMs }))
  const health = query.data
  // What was found before says nothing of now: the dialog shows it with its time.
  if (health === undefined || (query.isError && !open)) {
    if (!query.isError) return <Spinner label="Checking how Patchbay is …" />
    const failure = failureOf(query.error)
    return saysTheSame(failure, told) ? null : (
      <ProblemNotice failure={failure} onRetry={() => void query.refetch()} />
    )
  }
  const needing = health.checks.filter(({ state }) => state === 'attention')
  const blocking = needing.some((check) => check.blocking)
  const details = (
    <Button size="sm" onClick={() => setOpen(true)}>
      Self-check
    </Button>
  )
  return (
    <>
      {needing.length === 0 ? (
        <div className="flex flex-wrap items-center gap-3 text-muted">
          <CircleCheck aria-hidden className="size-4 text-success" />
          <span className="flex-1">Patchbay is well: {health.checks.length} checks, nothing to do.</span>
          {details}
        </div>
      ) : (
        <Banner
          tone={blocking ? 'danger' : 'warning'}
          announce="status"
          title={
            needing.length === 1 ? 'One check needs attention' : `${needing.length} checks need attention`
          }
          actions={details}
        >
          {needing.map(({ name, fact }) => (
            <p key={name}>
              {checkLabels[name]}: {fact}
            </p>
          ))}
        </Banner>
      )}
      {open && (
        <Details
          health={health}
          looking={query.isFetching}
          failure={query.isError ? failureOf(query.error) : null}
          onLook={() => void query.refetch()}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  )
}

/** How the installation itself is: one quiet line when all is well. `told`: what the page around it tells already. */
export const HealthCard = ({ told }: { told: Failure | null }) => (
  <Gated action="settings.view">
    <Summary told={told} />
  </Gated>
)
