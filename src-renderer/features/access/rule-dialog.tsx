import type { PlanRule } from '#contract/access.ts'
import { ruleOf } from '#contract/actions.ts'
import { actionTitle } from '#renderer/app/action-labels.ts'
import {
  capabilityLabels,
  killSwitchLabels,
  organizationRoleLabels,
  planLabels,
  workspaceRoleLabels,
} from '#renderer/app/labels.ts'
import { paths } from '#renderer/app/paths.ts'
import { Description, DescriptionList } from '#renderer/ui/description-list.tsx'
import { Dialog } from '#renderer/ui/dialog.tsx'
import { GuideLink } from '../documentation/prose.tsx'
import { OutcomeBadge, outcomeReason } from './outcome.tsx'

const NotAsked = () => <span className="text-muted">Not asked</span>

/** What a plan and a role come to for an action, beside everything that the action demands. */
export const RuleDialog = ({ rule, onClose }: { rule: PlanRule; onClose: () => void }) => {
  const demand = ruleOf(rule.action)
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={actionTitle(rule.action)}
      description={`${workspaceRoleLabels[rule.workspaceRole]} on the ${planLabels[rule.plan]} plan, an owner by membership`}
    >
      <div className="space-y-4">
        <p className="flex flex-wrap items-center gap-2">
          <OutcomeBadge outcome={rule} />
          {outcomeReason(rule)}
        </p>
        <DescriptionList>
          <Description term="Action">
            <code className="font-mono text-xs">{rule.action}</code>
          </Description>
          <Description term="Kill switch">
            {demand.killSwitch ? killSwitchLabels[demand.killSwitch] : <NotAsked />}
          </Description>
          <Description term="Workspace role">
            {demand.platform
              ? 'Platform admins only'
              : demand.workspaceRoles?.map((role) => workspaceRoleLabels[role]).join(', ')}
          </Description>
          <Description term="Capability">
            {demand.capability ? capabilityLabels[demand.capability] : <NotAsked />}
          </Description>
          <Description term="Membership">{demand.membership ? 'Needed' : <NotAsked />}</Description>
          <Description term="Organization role">
            {demand.organizationRoles?.map((role) => organizationRoleLabels[role]).join(', ') ?? <NotAsked />}
          </Description>
          <Description term="Key scope">{demand.keyScope ?? 'No key may do it'}</Description>
        </DescriptionList>
        <GuideLink to={paths.access}>How access works</GuideLink>
      </div>
    </Dialog>
  )
}
