import { clsx } from 'clsx'
import { useState } from 'react'
import { Link } from 'react-router'
import type { AuditEntry } from '#contract/settings.ts'
import { explorerAddress, paths } from '#renderer/app/paths.ts'
import { Button } from '#renderer/ui/button.tsx'
import { CopyableText, CopyButton } from '#renderer/ui/copy-button.tsx'
import { Description, DescriptionList } from '#renderer/ui/description-list.tsx'
import { Dialog } from '#renderer/ui/dialog.tsx'
import { formatCount, formatNumberOf } from '#renderer/ui/format.ts'
import { AbsoluteTime } from '#renderer/ui/time.tsx'
import { changedFields, type FieldChange, unchangedFields } from './audit-changes.ts'
import { actionLabel, actorKindLabels, targetLabel } from './audit-labels.ts'

const Value = ({ value }: { value: unknown }) =>
  value === undefined || value === null ? (
    <span className="text-muted">–</span>
  ) : (
    <code className="font-mono text-xs [overflow-wrap:anywhere]">
      {typeof value === 'string' ? value : JSON.stringify(value)}
    </code>
  )

const cell = 'border-t border-line px-3 py-1.5 text-start align-top'

const FieldRow = ({
  change: { field, before, after },
  changed,
}: {
  change: FieldChange
  changed: boolean
}) => (
  <tr className={clsx(!changed && 'text-muted')}>
    <th scope="row" className={clsx(cell, changed ? 'font-medium' : 'font-normal')}>
      {field}
      {changed && <span className="sr-only">, changed</span>}
    </th>
    <td className={clsx(cell, changed && before != null && 'bg-danger-soft')}>
      <Value value={before} />
    </td>
    <td className={clsx(cell, changed && after != null && 'bg-success-soft')}>
      <Value value={after} />
    </td>
  </tr>
)

const Changes = ({ entry }: { entry: AuditEntry }) => {
  const [showAll, setShowAll] = useState(false)
  const changed = changedFields(entry.before, entry.after)
  const same = unchangedFields(entry.before, entry.after)
  if (changed.length + same.length === 0) return <p className="text-muted">No field was changed.</p>
  return (
    <div className="space-y-2">
      <div className="overflow-hidden rounded-lg border border-line">
        <table className="w-full table-fixed border-separate border-spacing-0">
          <caption className="sr-only">Fields before and after</caption>
          <thead>
            <tr className="bg-sunken text-xs text-muted [&>th]:px-3 [&>th]:py-1.5 [&>th]:text-start [&>th]:font-medium">
              <th scope="col" className="w-40">
                Field
              </th>
              <th scope="col">Before</th>
              <th scope="col">After</th>
            </tr>
          </thead>
          <tbody>
            {changed.map((change) => (
              <FieldRow key={change.field} change={change} changed />
            ))}
            {showAll && same.map((change) => <FieldRow key={change.field} change={change} changed={false} />)}
          </tbody>
        </table>
      </div>
      {same.length > 0 && (
        <Button size="sm" look="ghost" onClick={() => setShowAll(!showAll)}>
          {showAll ? 'Show only what changed' : `Show ${formatNumberOf(same.length, 'unchanged field')}`}
        </Button>
      )}
    </div>
  )
}

const Actor = ({ entry: { actorKind, actorId, actorName } }: { entry: AuditEntry }) => {
  const kind = <span className="text-muted">({actorKindLabels[actorKind]})</span>
  if (actorId === null || (actorKind !== 'user' && actorKind !== 'api_key'))
    return (
      <>
        {actorName} {kind}
      </>
    )
  return (
    <>
      <Link
        to={explorerAddress({ subject: actorId })}
        className="text-accent underline underline-offset-2"
        title="What they may do"
      >
        {actorName}
      </Link>{' '}
      {kind}
    </>
  )
}

/** An entry of the audit log in full: who, what, on what, before and after. Secrets were left out when it was written. */
export const AuditEntryDialog = ({ entry, onClose }: { entry: AuditEntry; onClose: () => void }) => (
  <Dialog
    open
    onOpenChange={onClose}
    width="lg"
    title={actionLabel(entry.action)}
    footer={
      <>
        {entry.targetId !== null && (
          <Button asChild size="sm">
            <Link to={`${paths.audit}?${new URLSearchParams({ targetId: entry.targetId })}`}>
              Everything about it
            </Link>
          </Button>
        )}
        <CopyButton showLabel label="Copy as JSON" text={JSON.stringify(entry, null, 2)} />
      </>
    }
  >
    <div className="space-y-4">
      <DescriptionList>
        <Description term="When">
          <AbsoluteTime at={entry.at} />
        </Description>
        <Description term="Who">
          <Actor entry={entry} />
        </Description>
        <Description term="From">
          {entry.address ?? <span className="text-muted">This machine</span>}
        </Description>
        <Description term={targetLabel(entry.targetKind)}>
          {entry.targetId === null ? (
            <span className="text-muted">–</span>
          ) : (
            <CopyableText text={entry.targetId} label="Copy id" />
          )}
        </Description>
        <Description term="Entry">
          <CopyableText text={entry.id} label="Copy entry id" />
        </Description>
        <Description term="In the chain">
          <span className="block">Number {formatCount(entry.seq)}</span>
          <CopyableText text={entry.hash} label="Copy hash" />
        </Description>
      </DescriptionList>
      <Changes entry={entry} />
    </div>
  </Dialog>
)
