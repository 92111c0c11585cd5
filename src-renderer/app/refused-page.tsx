import { clsx } from 'clsx'
import { Link } from 'react-router'
import type { Decision } from '#contract/decision.ts'
import type { Tone } from '#renderer/ui/badge.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { decidingGate, gateLabels, sentence } from '#renderer/ui/decision-text.ts'
import { ExplainButton } from '#renderer/ui/explain-dialog.tsx'
import { looksOf, titleOf } from './decision-notice.tsx'
import { gateAddress } from './paths.ts'
import { WhoCan } from './who-can.tsx'

const iconTones: Record<Tone, string> = {
  neutral: 'bg-sunken text-muted',
  accent: 'bg-accent-soft text-accent',
  success: 'bg-success-soft text-success',
  warning: 'bg-warning-soft text-warning',
  danger: 'bg-danger-soft text-danger',
}

/**
 * Stands in for a page that is refused as a whole: what the deciding gate read, what would change it, who can do
 * that, and the way there.
 */
export const RefusedPage = ({ decision, mayAsk }: { decision: Decision; mayAsk: boolean }) => {
  const gate = decidingGate(decision)
  if (!gate) return null
  const { tone, icon: Icon, links } = looksOf(gate.gate)
  return (
    <section
      aria-label="Why this page is closed"
      className="flex max-w-2xl flex-col gap-4 rounded-lg border border-line bg-surface p-6"
    >
      <div className="flex items-start gap-4">
        <span className={clsx('grid size-11 shrink-0 place-items-center rounded-lg', iconTones[tone])}>
          <Icon aria-hidden className="size-5.5" />
        </span>
        <div className="min-w-0">
          <p className="text-base font-semibold">{titleOf(decision, gate)}</p>
          <p className="mt-0.5 break-words text-muted">{sentence(gate.fact)}</p>
        </div>
      </div>
      {decision.remedy && (
        <dl className="grid gap-x-6 gap-y-1 border-t border-line pt-4 sm:grid-cols-[12rem_minmax(0,1fr)]">
          <dt className="text-muted">What would change this</dt>
          <dd>{sentence(decision.remedy.change)}</dd>
          <dt className="text-muted">Who can do that</dt>
          <dd className="first-letter:uppercase">
            <WhoCan
              by={decision.remedy.by}
              organizationId={decision.resource.organizationId}
              mayAsk={mayAsk}
            />
          </dd>
        </dl>
      )}
      <div className="flex flex-wrap gap-2">
        {links.map(({ label, to, primary }) => (
          <Button key={to} asChild look={primary ? 'primary' : 'secondary'}>
            <Link to={to}>{label}</Link>
          </Button>
        ))}
        <ExplainButton decision={decision} size="md" />
        <Button asChild look="ghost">
          <Link to={gateAddress(gate.gate)}>About the gate “{gateLabels[gate.gate]}”</Link>
        </Button>
      </div>
    </section>
  )
}
