import { Ellipsis } from 'lucide-react'
import { type ComponentType, type ReactNode, useMemo } from 'react'
import type { Column } from './data-table.tsx'
import { IconButton } from './icon-button.tsx'
import { Menu } from './menu.tsx'

/** What can be done with the thing in a row. `name`: of the thing, for screen readers. */
export const RowMenu = ({ name, children }: { name: string; children: ReactNode }) => (
  <Menu align="end" trigger={<IconButton size="sm" icon={Ellipsis} label={`Actions for ${name}`} />}>
    {children}
  </Menu>
)

/** The columns of a list, with one for the commands of a row where there are any. `width`: for more than a menu. */
export const useCommandColumns = <T, C>(
  columns: readonly Column<T>[],
  commands: C | null,
  Commands: ComponentType<{ row: T; commands: C }>,
  width = '3.5rem',
): readonly Column<T>[] =>
  useMemo(
    () =>
      commands === null
        ? columns
        : [
            ...columns,
            {
              id: 'actions',
              header: 'Actions',
              hideHeader: true,
              width,
              align: 'end',
              cell: (row) => <Commands row={row} commands={commands} />,
            },
          ],
    [columns, commands, Commands, width],
  )
