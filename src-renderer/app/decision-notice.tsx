import { ArrowUpCircle, Lock, type LucideIcon, PowerOff, UserRoundX } from 'lucide-react'
import { Link } from 'react-router'
import { ruleOf } from '#contract/actions.ts'
import type { Decision, GateResult } from '#contract/decision.ts'
import { errorCodes } from '#contract/errors.ts'
import type { Gate } from '#contract/vocabulary.ts'
import type { Tone } from '#renderer/ui/badge.tsx'
import { Banner } from '#renderer/ui/banner.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { decidingGate, gateLabels, remedyByLabels, sentence } from '#renderer/ui/decision-text.ts'
import { ExplainButton } from '#renderer/ui/explain-dialog.tsx'
import { capabilityLabels } from './labels.ts'
import { paths } from './paths.ts'

interface Look {
  tone: Tone
  icon: LucideIcon
  links: readonly { label: string; to: string; primary?: true }[]
}

const roleLook: Look = { tone: 'neutral', icon: Lock, links: [] }
const looks: Partial<Record<Gate, Look>> = {
  kill_switch: { tone: 'warning', icon: PowerOff, links: [] },
  workspace_role: roleLook,
  organization_role: roleLook,
  capability: {
    tone: 'accent',
    icon: ArrowUpCircle,
    links: [
      { label: 'See Subscription', to: paths.subscription, primary: true },
      { label: 'Documentation', to: paths.documentation },
    ],
  },
  membership: {
    tone: 'neutral',
    icon: UserRoundX,
    links: [{ label: 'Settings → Users', to: paths.users, primary: true }],
  },
}

/** What is refused and why, as the heading of a notice. */
export const titleOf = ({ action }: Decision, { gate, code }: GateResult): string => {
  const { capability } = ruleOf(action)
  if (code === 'capability_missing' && capability)
    return `${capabilityLabels[capability]} is not part of this plan`
  return code ? errorCodes[code].title : `Refused by the gate ${gateLabels[gate]}.`
}

/** How a refusal by a gate looks, and where it leads. */
export const looksOf = (gate: Gate): Look => looks[gate] ?? roleLook

/**
 * Why something is not available here: the gate that decided, the fact that it read, what would change it and who
 * can do that. Only a missing capability leads to Subscription; a switched-off power or a role never does.
 */
export const DecisionNotice = ({ decision }: { decision: Decision }) => {
  const gate = decidingGate(decision)
  if (!gate) return null
  const look = looksOf(gate.gate)
  return (
    <Banner
      tone={look.tone}
      icon={look.icon}
      title={titleOf(decision, gate)}
      actions={
        <>
          <ExplainButton decision={decision} />
          {look.links.map(({ label, to, primary }) => (
            <Button key={to} asChild size="sm" look={primary ? 'primary' : 'secondary'}>
              <Link to={to}>{label}</Link>
            </Button>
          ))}
        </>
      }
    >
      <p>{sentence(gate.fact)}</p>
      {decision.remedy && (
        <p className="text-muted">
          What would change this: {sentence(decision.remedy.change)} Who can do that:{' '}
          {remedyByLabels[decision.remedy.by]}.
        </p>
      )}
    </Banner>
  )
}
