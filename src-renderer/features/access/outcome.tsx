import {
  ArrowUpCircle,
  BriefcaseBusiness,
  Building2,
  CircleCheck,
  CircleX,
  Crosshair,
  ListChecks,
  LogIn,
  type LucideIcon,
  PowerOff,
  UserRoundX,
} from 'lucide-react'
import type { Outcome } from '#contract/access.ts'
import { errorCodes } from '#contract/errors.ts'
import type { Gate } from '#contract/vocabulary.ts'
import { Badge } from '#renderer/ui/badge.tsx'
import { gateLabels } from '#renderer/ui/decision-text.ts'

/** The sign of each gate wherever there is no room for its name. */
export const gateIcons: Record<Gate, LucideIcon> = {
  session: LogIn,
  kill_switch: PowerOff,
  workspace_role: BriefcaseBusiness,
  capability: ArrowUpCircle,
  membership: UserRoundX,
  organization_role: Building2,
  scope: Crosshair,
  validation: ListChecks,
}

/** An outcome in words: "Allowed", "Refused by Workspace role". */
export const outcomeText = ({ allowed, decidedBy }: Pick<Outcome, 'allowed' | 'decidedBy'>) => {
  if (allowed) return 'Allowed'
  return decidedBy ? `Refused by ${gateLabels[decidedBy]}` : 'Refused'
}

/** What the code of a refusal says, in a sentence about somebody else: the titles speak to the person refused. */
export const outcomeReason = ({ code }: Pick<Outcome, 'code'>) =>
  code ? errorCodes[code].title.replace(/^Your /, 'The ') : null

/** Whether something is allowed, with the gate that decided where it is not. */
export const OutcomeBadge = ({ outcome }: { outcome: Outcome }) => (
  <Badge
    tone={outcome.allowed ? 'success' : 'neutral'}
    icon={outcome.allowed ? CircleCheck : outcome.decidedBy ? gateIcons[outcome.decidedBy] : CircleX}
  >
    {outcomeText(outcome)}
  </Badge>
)
