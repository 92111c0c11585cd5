import { clsx } from 'clsx'
import { Inbox, type LucideIcon, SearchX, Unplug } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { Failure } from '#renderer/bridge.ts'
import { Button } from './button.tsx'
import { EmptyState } from './empty-state.tsx'
import { ExplainButton } from './explain-dialog.tsx'
import { withinSentence } from './format.ts'
import { FailureDetails } from './problem-notice.tsx'
import { Skeleton } from './skeleton.tsx'

/** The words for a list that has nothing in it yet, and what to do about that. */
export interface EmptyText {
  icon?: LucideIcon
  title: string
  description: ReactNode
  actions?: ReactNode
  /** The page of the documentation about it. */
  guide?: string
}

const skeletonRows = ['w-2/3', 'w-1/2', 'w-3/4', 'w-3/5', 'w-1/2', 'w-2/3', 'w-4/5'].map((width, row) => ({
  id: `skeleton-${row}`,
  width,
}))

/** Rows in the shape of the columns while the first page loads. */
export const SkeletonRows = ({ cells }: { cells: readonly { id: string; className?: string }[] }) => (
  <tbody aria-hidden>
    {skeletonRows.map((row) => (
      <tr key={row.id}>
        {cells.map(({ id, className }) => (
          <td key={id} className={clsx('h-10 border-b border-line px-3', className)}>
            <Skeleton className={row.width} />
          </td>
        ))}
      </tr>
    ))}
  </tbody>
)

/** There is nothing, and no filter is on. */
export const NoneYet = ({ icon = Inbox, title, description, actions, guide }: EmptyText) => (
  <EmptyState
    icon={icon}
    title={title}
    actions={
      (actions || guide) && (
        <>
          {actions}
          {guide && (
            <Button asChild>
              <Link to={guide}>How it works</Link>
            </Button>
          )}
        </>
      )
    }
  >
    <p>{description}</p>
  </EmptyState>
)

/** There may be something, but the filters hide it. */
export const NoneMatch = ({ label, onClear }: { label: string; onClear: () => void }) => (
  <EmptyState
    icon={SearchX}
    title={`No ${withinSentence(label)} match these filters`}
    actions={<Button onClick={onClear}>Clear filters</Button>}
  >
    <p>Widen or clear the filters to see more.</p>
  </EmptyState>
)

/** The list could not be read: why, and trying again. */
export const CouldNotLoad = ({
  label,
  failure,
  onRetry,
}: {
  label: string
  failure: Failure
  onRetry: () => void
}) => (
  <EmptyState
    alert
    icon={Unplug}
    title={`${label} could not be loaded`}
    actions={
      <>
        <Button onClick={onRetry}>Try again</Button>
        {failure.decision && <ExplainButton decision={failure.decision} />}
      </>
    }
  >
    <p>{failure.title}</p>
    <FailureDetails failure={failure} />
  </EmptyState>
)
