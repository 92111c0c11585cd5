import type { MatrixFilter, MatrixRow } from '#contract/access.ts'
import { actions } from '#contract/actions.ts'
import { fileName, saveText, toCsv } from '#renderer/ui/export-file.ts'
import type { ExportFormat } from '#renderer/ui/export-menu.tsx'
import { readWholeMatrix } from './use-matrix.ts'

/** "allowed", or the gate that refused. */
const cellText = ({ allowed, decidedBy }: MatrixRow['outcomes'][number]) =>
  allowed ? 'allowed' : (decidedBy ?? 'refused')

const toRows = (rows: readonly MatrixRow[]) =>
  rows.map(({ user, outcomes }) => [
    user.id,
    user.name,
    user.email,
    user.organizationRole,
    user.workspaceRole,
    user.membershipSource,
    ...outcomes.map(cellText),
  ])

const personColumns = ['id', 'name', 'email', 'organization role', 'workspace role', 'membership'] as const

/** The whole matrix under a filter, as a file. */
export const matrixFormats = (
  input: { organizationId: string; occasionId: string | null } & MatrixFilter,
): readonly ExportFormat[] => [
  {
    label: 'CSV',
    hint: 'for spreadsheets',
    run: async (signal, onProgress) => {
      const rows = await readWholeMatrix(input, signal, onProgress)
      const header = [...personColumns, ...(input.action ? [input.action] : actions)]
      saveText(fileName('access-matrix', 'csv'), 'text/csv', toCsv(header, toRows(rows)))
    },
  },
  {
    label: 'JSON',
    hint: 'with codes',
    run: async (signal, onProgress) => {
      const rows = await readWholeMatrix(input, signal, onProgress)
      saveText(fileName('access-matrix', 'json'), 'application/json', JSON.stringify(rows, null, 2))
    },
  },
]
