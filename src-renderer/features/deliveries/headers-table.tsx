import type { Attempt } from '#contract/events.ts'
import { CopyButton } from '#renderer/ui/copy-button.tsx'

const textOf = (headers: Attempt['requestHeaders']) =>
  Object.entries(headers)
    .flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${one}`))
    .join('\n')

/** The headers of a request or response, as they were recorded. */
export const HeadersTable = ({ label, headers }: { label: string; headers: Attempt['requestHeaders'] }) => (
  <figure className="max-h-72 overflow-auto rounded-lg border border-line bg-surface">
    <figcaption className="sticky top-0 flex items-center justify-between border-b border-line bg-sunken py-1 pr-1.5 pl-3 text-xs font-medium text-muted">
      {label}
      <CopyButton text={textOf(headers)} label={`Copy ${label.toLowerCase()}`} />
    </figcaption>
    <dl className="divide-y divide-line font-mono text-xs">
      {Object.entries(headers).map(([name, value]) => (
        <div key={name} className="flex gap-3 px-3 py-1">
          <dt className="w-36 shrink-0 break-words text-muted">{name}</dt>
          <dd className="min-w-0 flex-1 [overflow-wrap:anywhere]">{[value].flat().join(', ')}</dd>
        </div>
      ))}
    </dl>
  </figure>
)
