import { useQuery } from '@tanstack/react-query'
import type { MatrixFilter } from '#contract/access.ts'
import type { Decision } from '#contract/decision.ts'
import { orpc } from '#renderer/bridge.ts'
import { remedyByLabels } from '#renderer/ui/decision-text.ts'

type By = NonNullable<Decision['remedy']>['by']

/** Those of the organization who are meant by the words. Nobody of it is a platform admin or the operator. */
const filters: Partial<Record<By, MatrixFilter>> = {
  owner: { organizationRole: 'owner' },
  organization_admin: { organizationRole: 'owner' },
  workspace_admin: { workspaceRole: 'admin' },
}
const namedMax = 3

/** Who can make the change of a remedy: in words, and by name for those who may ask. */
export const WhoCan = ({
  by,
  organizationId,
  mayAsk,
}: {
  by: By
  organizationId: string | null
  mayAsk: boolean
}) => {
  const filter = filters[by]
  const { data } = useQuery(
    orpc.access.matrix.queryOptions({
      input: { organizationId: organizationId ?? '', ...filter, action: 'hub.open', limit: namedMax },
      enabled: mayAsk && filter !== undefined && organizationId !== null,
    }),
  )
  const names = data?.items.map(({ user }) => user.name) ?? []
  return (
    <>
      {remedyByLabels[by]}
      {names.length > 0 && `, for example ${names.join(' or ')}`}
    </>
  )
}
