import type { DatabaseSize } from '#contract/retention.ts'
import { Banner } from '#renderer/ui/banner.tsx'
import { Card } from '#renderer/ui/card.tsx'
import { formatBytes } from '#renderer/ui/format.ts'

const parts = [
  { name: 'used', label: 'In use', color: 'bg-accent' },
  { name: 'unused', label: 'Unused', color: 'bg-warning' },
  { name: 'log', label: 'Write-ahead log', color: 'bg-success' },
] as const

/** What the database takes on the disk, as a bar with its legend. */
export const DatabaseSizeCard = ({ size, diskFreeBytes }: { size: DatabaseSize; diskFreeBytes: number }) => {
  const { fileBytes, walBytes, unusedBytes, givesBack } = size
  const bytes = { used: Math.max(0, fileBytes - unusedBytes), unused: unusedBytes, log: walBytes }
  const total = Math.max(1, fileBytes + walBytes)
  return (
    <Card
      title="Database"
      description={`${formatBytes(fileBytes + walBytes)} on the disk, which has ${formatBytes(diskFreeBytes)} free.`}
    >
      <div aria-hidden className="flex h-3 overflow-hidden rounded-md bg-sunken">
        {parts.map(({ name, color }) => (
          <div key={name} className={color} style={{ width: `${(bytes[name] / total) * 100}%` }} />
        ))}
      </div>
      <dl className="mt-3 flex flex-wrap gap-x-6 gap-y-1">
        {parts.map(({ name, label, color }) => (
          <div key={name} className="flex items-center gap-2">
            <span aria-hidden className={`size-2.5 rounded-sm ${color}`} />
            <dt className="text-muted">{label}</dt>
            <dd className="font-medium">{formatBytes(bytes[name])}</dd>
          </div>
        ))}
      </dl>
      {!givesBack && (
        <div className="mt-3">
          <Banner title="Unused space stays in the file">
            This database was made by an earlier version. Stop Patchbay and run <code>patchbay compact</code>{' '}
            once: from then on unused space goes back to the disk by itself.
          </Banner>
        </div>
      )}
    </Card>
  )
}
