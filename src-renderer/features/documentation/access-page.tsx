import { clsx } from 'clsx'
import { type Action, actions, ruleOf } from '#contract/actions.ts'
import { gates } from '#contract/vocabulary.ts'
import { useDecisions } from '#renderer/app/access.tsx'
import { Badge } from '#renderer/ui/badge.tsx'
import { Card } from '#renderer/ui/card.tsx'
import { gateLabels } from '#renderer/ui/decision-text.ts'
import { ExplainButton } from '#renderer/ui/explain-dialog.tsx'
import { Page } from '#renderer/ui/page.tsx'
import { gateMeanings } from './gate-meanings.ts'
import { useHashTarget } from './hash-target.ts'

const list = (values: readonly string[] | undefined) => values?.join(', ') ?? '–'

const ActionRow = ({ action }: { action: Action }) => {
  const rule = ruleOf(action)
  const decision = useDecisions().data?.find((candidate) => candidate.action === action)
  return (
    <tr className="border-t border-line text-xs [&>*]:px-3 [&>*:first-child]:pl-4 [&>*:last-child]:pr-4 [&>*]:py-1.5 [&>*]:whitespace-nowrap">
      <th scope="row" className="text-start font-mono text-xs font-normal">
        {action}
      </th>
      <td>{rule.killSwitch ?? '–'}</td>
      <td>{rule.platform ? 'platform admin' : list(rule.workspaceRoles)}</td>
      <td>{rule.capability ?? '–'}</td>
      <td>{rule.membership ? 'needed' : '–'}</td>
      <td>{list(rule.organizationRoles)}</td>
      <td>{rule.keyScope ?? '–'}</td>
      <td>
        {decision && (
          <span className="flex items-center justify-end gap-2">
            <Badge tone={decision.allowed ? 'success' : 'neutral'}>
              {decision.allowed ? 'Allowed' : 'Refused'}
            </Badge>
            <ExplainButton decision={decision} />
          </span>
        )}
      </td>
    </tr>
  )
}

const columns = [
  'Action',
  'Kill switch',
  'Workspace role',
  'Capability',
  'Membership',
  'Organization role',
  'Key scope',
  'You, here',
] as const

/** How access is decided: the gates, and what every action demands. Drawn from the rules that the engine uses. */
export const AccessPage = () => {
  const target = useHashTarget()
  return (
    <Page
      title="How access works"
      description="Every operation passes these gates in this order. The first that fails decides, and the answer says which fact it read and what would change it."
    >
      <Card title="Gates">
        <ol>
          {gates.map((gate, index) => (
            <li
              key={gate}
              id={gate}
              className={clsx(
                '-mx-2 grid grid-cols-[1.5rem_10rem_minmax(0,1fr)] rounded-md px-2 py-1',
                gate === target && 'bg-accent-soft',
              )}
            >
              <span className="text-muted">{index + 1}</span>
              <span className="font-medium">{gateLabels[gate]}</span>
              <span className="text-muted">{gateMeanings[gate]}</span>
            </li>
          ))}
        </ol>
      </Card>
      <Card title="Actions" flush>
        <div className="overflow-x-auto">
          <table className="w-full min-w-[64rem]" aria-label="Actions and what they demand">
            <thead>
              <tr className="text-xs text-muted [&>*]:px-3 [&>*:first-child]:pl-4 [&>*:last-child]:pr-4 [&>*]:py-2 [&>*]:whitespace-nowrap [&>*]:text-start [&>*]:font-medium">
                {columns.map((column) => (
                  <th key={column} scope="col" className="last:text-end!">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {actions.map((action) => (
                <ActionRow key={action} action={action} />
              ))}
            </tbody>
          </table>
        </div>
      </Card>
    </Page>
  )
}
