import type { AuditEntry } from '#contract/settings.ts'
import { CopyableText } from '#renderer/ui/copy-button.tsx'
import { Description, DescriptionList } from '#renderer/ui/description-list.tsx'
import { Dialog } from '#renderer/ui/dialog.tsx'
import { AbsoluteTime } from '#renderer/ui/time.tsx'
import { changedFields } from './audit-changes.ts'
import { actionLabel, actorKindLabels, targetLabel } from './audit-labels.ts'

const Value = ({ value }: { value: unknown }) =>
  value === undefined || value === null ? (
    <span className="text-muted">–</span>
  ) : (
    <code className="font-mono text-xs [overflow-wrap:anywhere]">
      {typeof value === 'string' ? value : JSON.stringify(value)}
    </code>
  )

const Changes = ({ entry }: { entry: AuditEntry }) => {
  const changes = changedFields(entry.before, entry.after)
  if (changes.length === 0) return <p className="text-muted">No field was changed.</p>
  const cell = 'border-t border-line px-3 py-1.5 text-start align-top'
  return (
    <div className="overflow-hidden rounded-lg border border-line">
      <table className="w-full table-fixed border-separate border-spacing-0">
        <caption className="sr-only">Changed fields</caption>
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
          {changes.map(({ field, before, after }) => (
            <tr key={field}>
              <th scope="row" className={`${cell} font-medium`}>
                {field}
              </th>
              <td className={cell}>
                <Value value={before} />
              </td>
              <td className={cell}>
                <Value value={after} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** An entry of the audit log in full: who, what, on what, before and after. Secrets were left out when it was written. */
export const AuditEntryDialog = ({ entry, onClose }: { entry: AuditEntry; onClose: () => void }) => (
  <Dialog open onOpenChange={onClose} width="lg" title={actionLabel(entry.action)}>
    <div className="space-y-4">
      <DescriptionList>
        <Description term="When">
          <AbsoluteTime at={entry.at} />
        </Description>
        <Description term="Who">
          {entry.actorName} <span className="text-muted">({actorKindLabels[entry.actorKind]})</span>
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
      </DescriptionList>
      <Changes entry={entry} />
    </div>
  </Dialog>
)
