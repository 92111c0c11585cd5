import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { TrialChange } from '#contract/access.ts'
import type { Action } from '#contract/actions.ts'
import type { ListedUser } from '#contract/organizations.ts'
import { useDecision } from '#renderer/app/access.tsx'
import { actionLabels } from '#renderer/app/action-labels.ts'
import { explorerAddress } from '#renderer/app/paths.ts'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'
import { GuideLink } from '../documentation/prose.tsx'
import type { Roles } from './roles-fields.tsx'

const list = (flipped: readonly Action[]) => flipped.map((action) => actionLabels[action]).join(', ')

/** What the person could and could not do any more with other roles, before anybody saves them. */
export const RoleEffect = ({ user, roles }: { user: ListedUser; roles: Roles }) => {
  const { inScope } = useScope()
  const mayAsk = useDecision('access.explain')?.allowed ?? false
  const changes: TrialChange[] = [{ kind: 'add_membership', source: 'membership', ...roles }]
  const { data } = useQuery(
    orpc.access.whatIf.queryOptions({
      input: { ...inScope, subject: { kind: 'user', userId: user.id }, changes },
      enabled: mayAsk,
      placeholderData: keepPreviousData,
    }),
  )
  if (!data) return null
  const flipped = data.outcomes.filter((outcome) => outcome.flipped)
  const gained = flipped.filter(({ after }) => after.allowed).map(({ action }) => action)
  const lost = flipped.filter(({ after }) => !after.allowed).map(({ action }) => action)
  return (
    <div role="status" className="space-y-1 rounded-lg bg-sunken px-3 py-2.5">
      {flipped.length === 0 && <p>Nothing that {user.name} may do changes here.</p>}
      {gained.length > 0 && (
        <p>
          <strong className="text-success">Gains:</strong> {list(gained)}
        </p>
      )}
      {lost.length > 0 && (
        <p>
          <strong className="text-danger">Loses:</strong> {list(lost)}
        </p>
      )}
      <GuideLink to={explorerAddress({ tab: 'what-if', subject: user.id, changes: JSON.stringify(changes) })}>
        See every action
      </GuideLink>
    </div>
  )
}
