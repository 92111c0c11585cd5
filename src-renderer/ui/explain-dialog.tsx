import { clsx } from 'clsx'
import { CircleCheck, CircleX } from 'lucide-react'
import { useState } from 'react'
import { Link } from 'react-router'
import type { Decision, GateResult } from '#contract/decision.ts'
import { explorerAddress, gateAddress } from '#renderer/app/paths.ts'
import { Badge } from './badge.tsx'
import { Banner } from './banner.tsx'
import { Button } from './button.tsx'
import { CopyButton } from './copy-button.tsx'
import { gateLabels, remedyByLabels, sentence } from './decision-text.ts'
import { Dialog } from './dialog.tsx'

const GateRow = ({ result, decided, index }: { result: GateResult; decided: boolean; index: number }) => (
  <li className={clsx('flex gap-3 px-3 py-2.5', decided && 'bg-danger-soft')}>
    {result.passed ? (
      <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-success" />
    ) : (
      <CircleX aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
    )}
    <div className="min-w-0 flex-1">
      <p className="font-medium">
        {index + 1}.{' '}
        <Link to={gateAddress(result.gate)} className="rounded-sm hover:underline">
          {gateLabels[result.gate]}
        </Link>
        <span className="sr-only">{result.passed ? ', passed' : ', failed'}</span>
      </p>
      <p className={clsx('break-words', !decided && 'text-muted')}>{sentence(result.fact)}</p>
    </div>
    <div className="flex shrink-0 flex-col items-end gap-1">
      {decided && <Badge tone="danger">This gate decided</Badge>}
      {result.code && <code className="font-mono text-2xs">{result.code}</code>}
    </div>
  </li>
)

/** All gates of a decision in their order, the one that decided, and what would change the answer. */
export const DecisionGates = ({ decision }: { decision: Decision }) => (
  <div className="space-y-4">
    <ol className="divide-y divide-line overflow-hidden rounded-lg border border-line">
      {decision.gates.map((result, index) => (
        <GateRow
          key={result.gate}
          result={result}
          index={index}
          decided={result.gate === decision.decidedBy}
        />
      ))}
    </ol>
    {decision.remedy && (
      <Banner tone="accent" title="What would change the answer">
        <p>{sentence(decision.remedy.change)}</p>
        <p className="text-muted">Can be changed by {remedyByLabels[decision.remedy.by]}.</p>
      </Banner>
    )}
  </div>
)

/** What can be done with a decision: taken along as JSON, or looked into. */
const DecisionActions = ({ decision }: { decision: Decision }) => {
  const { kind, id } = decision.principal
  return (
    <>
      <CopyButton showLabel label="Copy as JSON" text={JSON.stringify(decision, null, 2)} />
      {id !== null && (kind === 'user' || kind === 'api_key') && (
        <Button asChild size="sm">
          <Link to={explorerAddress({ subject: id, action: decision.action })}>Open in Access</Link>
        </Button>
      )}
    </>
  )
}

/** Why something is allowed or not, gate by gate. */
export const ExplainDialog = ({
  decision,
  open,
  onOpenChange,
}: {
  decision: Decision
  open: boolean
  onOpenChange: (open: boolean) => void
}) => (
  <Dialog
    open={open}
    onOpenChange={onOpenChange}
    title={decision.allowed ? 'Why this is allowed' : 'Why this is refused'}
    description={
      <>
        {decision.principal.name} and the action <code className="font-mono text-xs">{decision.action}</code>.
        The first gate that fails decides.
      </>
    }
    footer={<DecisionActions decision={decision} />}
  >
    <DecisionGates decision={decision} />
  </Dialog>
)

/** A button that opens the explanation of a decision. */
export const ExplainButton = ({ decision, size = 'sm' }: { decision: Decision; size?: 'sm' | 'md' }) => {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button size={size} onClick={() => setOpen(true)}>
        Explain
      </Button>
      <ExplainDialog decision={decision} open={open} onOpenChange={setOpen} />
    </>
  )
}
