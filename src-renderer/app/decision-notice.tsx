import { ArrowUpCircle, Lock, type LucideIcon, PowerOff, UserRoundX } from 'lucide-react'
import { Link } from 'react-router'
import type { Decision } from '#contract/decision.ts'
import type { ErrorCode } from '#contract/errors.ts'
import { errorCodes } from '#contract/errors.ts'
import type { Gate } from '#contract/vocabulary.ts'
import type { Tone } from '#renderer/ui/badge.tsx'
import { Banner } from '#renderer/ui/banner.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { decidingGate, gateLabels, remedyByLabels, sentence } from '#renderer/ui/decision-text.ts'
import { ExplainButton } from '#renderer/ui/explain-dialog.tsx'
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

const capabilityNames = { api_access: 'API access', webhooks: 'Webhooks' } as const

const titleOf = (decision: Decision, gate: Gate, code: ErrorCode | undefined): string => {
  if (gate === 'capability' && code === 'capability_missing') {
    const name = Object.entries(capabilityNames).find(([key]) =>
      decidingGate(decision)?.fact.includes(key),
    )?.[1]
    return name ? `${name} is not part of this plan` : errorCodes.capability_missing.title
  }
  return code ? errorCodes[code].title : `Refused by the gate ${gateLabels[gate]}.`
}

/**
 * Why something is not available here: the gate that decided, the fact that it read, what would change it and who
 * can do that. Only a missing capability leads to Subscription; a switched-off power or a role never does.
 */
export const DecisionNotice = ({ decision }: { decision: Decision }) => {
  const gate = decidingGate(decision)
  if (!gate) return null
  const look = looks[gate.gate] ?? roleLook
  return (
    <Banner
      tone={look.tone}
      icon={look.icon}
      title={titleOf(decision, gate.gate, gate.code)}
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
