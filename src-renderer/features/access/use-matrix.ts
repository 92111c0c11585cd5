import { useInfiniteQuery } from '@tanstack/react-query'
import type { MatrixFilter, MatrixRow } from '#contract/access.ts'
import { actions } from '#contract/actions.ts'
import { gates, organizationRoles, workspaceRoles } from '#contract/vocabulary.ts'
import { useScope } from '#renderer/app/scope.ts'
import { client, orpc } from '#renderer/bridge.ts'
import { keysetPaging, usePagedRows } from '#renderer/ui/rows.ts'
import { useChoiceParam, useClearParams, useSearchParam } from '#renderer/ui/search-params.ts'

const pageRows = 100
const exportRows = 200
const filterNames = ['search', 'workspaceRole', 'organizationRole', 'column', 'outcome', 'gate'] as const
export const outcomeChoices = ['allowed', 'refused'] as const

/** The filters of the matrix, kept in the URL. */
export const useMatrixFilter = () => {
  const [search] = useSearchParam('search')
  const [workspaceRole, setWorkspaceRole] = useChoiceParam('workspaceRole', workspaceRoles, '')
  const [organizationRole, setOrganizationRole] = useChoiceParam('organizationRole', organizationRoles, '')
  const [action, setAction] = useChoiceParam('column', actions, '')
  const [outcome, setOutcome] = useChoiceParam('outcome', outcomeChoices, '')
  const [gate, setGate] = useChoiceParam('gate', gates, '')
  const clear = useClearParams(filterNames)
  const filter: MatrixFilter = {
    search: search || undefined,
    workspaceRole: workspaceRole || undefined,
    organizationRole: organizationRole || undefined,
    action: action || undefined,
    outcome: outcome || undefined,
    gate: gate || undefined,
  }
  const filtered = Object.values(filter).some((value) => value !== undefined)
  return {
    filter,
    onClear: filtered ? clear : undefined,
    workspaceRole: { value: workspaceRole, set: setWorkspaceRole },
    organizationRole: { value: organizationRole, set: setOrganizationRole },
    action: { value: action, set: setAction },
    outcome: { value: outcome, set: setOutcome },
    gate: { value: gate, set: setGate },
  }
}

/** The people that the filter leaves, page by page. */
export const useMatrixRows = (filter: MatrixFilter) => {
  const { inScope } = useScope()
  const query = useInfiniteQuery(
    orpc.access.matrix.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...inScope, ...filter, cursor, limit: pageRows }),
      ...keysetPaging,
    }),
  )
  return usePagedRows(query)
}

/** All people that the filter leaves, whatever has been loaded so far. */
export const readWholeMatrix = async (
  input: { organizationId: string; occasionId: string | null } & MatrixFilter,
  signal: AbortSignal,
  onProgress: (rows: number) => void,
): Promise<MatrixRow[]> => {
  const rows: MatrixRow[] = []
  let cursor: string | undefined
  do {
    const page = await client.access.matrix({ ...input, cursor, limit: exportRows }, { signal })
    rows.push(...page.items)
    onProgress(rows.length)
    cursor = page.nextCursor ?? undefined
  } while (cursor)
  return rows
}
