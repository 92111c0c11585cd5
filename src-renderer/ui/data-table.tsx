import { createColumnHelper, tableFeatures, useTable } from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import { clsx } from 'clsx'
import { type ReactNode, useMemo, useState } from 'react'
import { useNavigate } from 'react-router'
import { Button } from './button.tsx'
import { Checkbox } from './checkbox.tsx'
import { useRowKeys } from './data-table-keys.ts'
import { CouldNotLoad, type EmptyText, NoneMatch, NoneYet, SkeletonRows } from './data-table-states.tsx'
import { rowCountText } from './row-count.ts'
import type { Rows } from './rows.ts'

/** A column of a DataTable. */
export interface Column<T> {
  id: string
  header: string
  cell: (row: T) => ReactNode
  /** CSS width ("8rem"); columns without one share what is left. */
  width?: string
  align?: 'start' | 'end'
  /** Shown to screen readers only, for a column of buttons. */
  hideHeader?: boolean
  /**
   * Left out where there is little room: the page behind the row says it too. `last`: only where there is hardly any.
   */
  secondary?: boolean | 'last'
}

/** Multi-select: the ids that are chosen, kept by the page. */
export interface Selection {
  selected: ReadonlySet<string>
  onChange: (selected: ReadonlySet<string>) => void
}

export interface DataTableProps<T> {
  /** What the rows are: "API keys". */
  label: string
  columns: readonly Column<T>[]
  rows: Rows<T>
  /** Must not change between renders: a module constant or memoized. */
  rowId: (row: T) => string
  /** The name of a row, for its checkbox. */
  rowName: (row: T) => string
  /** Where a click or Enter on a row leads. The first cell should hold a link to the same place. */
  rowHref?: (row: T) => string
  selection?: Selection
  /** Shown when there is nothing at all. */
  empty: EmptyText
  /** Given while filters are on: an empty result then offers to clear them. */
  onClearFilters?: () => void
  /** Embedded in a page that scrolls: the table gets a height of its own instead of filling its parent. */
  embedded?: boolean
}

const features = tableFeatures({})
const estimatedRowPx = 40
const headerAndFooterPx = 75
const roomPx = 256

/** Narrower than this the table scrolls sideways: columns that share the rest must stay readable. */
const minWidthOf = ({
  columns,
  selection,
}: {
  columns: readonly Pick<Column<never>, 'width' | 'secondary'>[]
  selection?: Selection
}) =>
  `calc(${selection ? '2.5rem' : '0rem'} + ${columns
    .filter(({ secondary }) => !secondary)
    .map(({ width }) => width ?? '7.5rem')
    .join(' + ')})`

const whereThereIsRoom = (column: Pick<Column<never>, 'secondary'> | undefined) =>
  column?.secondary === 'last' ? '@max-[38rem]:hidden' : column?.secondary && '@max-[60rem]:hidden'

/** A low window scrolls rather than squeezing the table to nothing; a short table is as high as its rows. */
const minHeightPx = (rowCount: number | null) =>
  rowCount === null ? roomPx : Math.min(roomPx, headerAndFooterPx + rowCount * estimatedRowPx)

/**
 * A list of things: header, rows that are drawn as they scroll into view, arrow keys, multi-select, pages that
 * load on demand, and different words for "none yet", "none match" and "could not load".
 */
export const DataTable = <T,>(props: DataTableProps<T>) => {
  const { label, columns, rows, selection, embedded = false } = props
  // State, not a ref: rows that are there at once are drawn before the element of their parent is known.
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null)
  const showRows = !rows.failure && rows.items.length > 0
  return (
    <div
      className={clsx(
        'flex min-h-0 flex-col overflow-hidden rounded-lg border border-line bg-surface',
        embedded ? 'max-h-[28rem]' : 'flex-initial',
      )}
      style={{ minHeight: embedded ? undefined : minHeightPx(showRows ? rows.items.length : null) }}
    >
      <div ref={setScroller} className="@container min-h-0 flex-1 overflow-auto">
        <table
          aria-label={label}
          aria-busy={rows.loading}
          aria-rowcount={rows.nextPage ? -1 : rows.items.length + 1}
          className="w-full table-fixed border-separate border-spacing-0"
          style={{ minWidth: minWidthOf(props) }}
        >
          <colgroup>
            {selection && <col className="w-10" />}
            {columns.map((column) => (
              <col
                key={column.id}
                className={clsx(whereThereIsRoom(column))}
                style={{ width: column.width }}
              />
            ))}
          </colgroup>
          <Header {...props} />
          {rows.loading && (
            <SkeletonRows
              cells={[
                ...(selection ? [{ id: 'selection' }] : []),
                ...columns.map((column) => ({ id: column.id, className: clsx(whereThereIsRoom(column)) })),
              ]}
            />
          )}
          {showRows && <Body {...props} scroller={scroller} />}
        </table>
        <States {...props} />
      </div>
      {showRows && <Footer {...props} />}
    </div>
  )
}

const Header = <T,>({ columns, rows, rowId, selection }: DataTableProps<T>) => {
  const all = rows.items.length > 0 && rows.items.every((row) => selection?.selected.has(rowId(row)))
  const some = !all && rows.items.some((row) => selection?.selected.has(rowId(row)))
  const cell = 'sticky top-0 z-10 h-9 border-b border-line bg-surface text-xs font-medium text-muted'
  return (
    <thead>
      <tr aria-rowindex={1}>
        {selection && (
          <th scope="col" className={clsx(cell, 'px-2 text-start')}>
            <Checkbox
              aria-label="Select all loaded rows"
              disabled={rows.items.length === 0}
              checked={all || (some && 'indeterminate')}
              onCheckedChange={(checked) =>
                selection.onChange(new Set(checked === true ? rows.items.map(rowId) : []))
              }
            />
          </th>
        )}
        {columns.map((column) => (
          <th
            key={column.id}
            scope="col"
            className={clsx(
              cell,
              'truncate px-3',
              column.align === 'end' ? 'text-end' : 'text-start',
              whereThereIsRoom(column),
            )}
          >
            {column.hideHeader ? <span className="sr-only">{column.header}</span> : column.header}
          </th>
        ))}
      </tr>
    </thead>
  )
}

const Body = <T,>({
  columns,
  rows,
  rowId,
  rowName,
  rowHref,
  selection,
  scroller,
}: DataTableProps<T> & { scroller: HTMLDivElement | null }) => {
  const navigate = useNavigate()
  const definitions = useMemo(() => {
    const helper = createColumnHelper<typeof features, { item: T }>()
    return columns.map((column) =>
      helper.display({
        id: column.id,
        header: column.header,
        cell: ({ row }) => column.cell(row.original.item),
      }),
    )
  }, [columns])
  const data = useMemo(() => rows.items.map((item) => ({ item })), [rows.items])
  const table = useTable({ features, columns: definitions, data, getRowId: ({ item }) => rowId(item) })
  const tableRows = table.getRowModel().rows
  const virtualizer = useVirtualizer({
    count: tableRows.length,
    getScrollElement: () => scroller,
    estimateSize: () => estimatedRowPx,
    getItemKey: (index) => tableRows[index]?.id ?? index,
    overscan: 12,
  })
  const visible = virtualizer.getVirtualItems()
  const before = visible[0]?.start ?? 0
  const after = virtualizer.getTotalSize() - (visible.at(-1)?.end ?? 0)

  const toggle = (id: string) => {
    if (!selection) return
    const next = new Set(selection.selected)
    if (!next.delete(id)) next.add(id)
    selection.onChange(next)
  }
  const keys = useRowKeys({
    count: tableRows.length,
    scrollToIndex: (index) => virtualizer.scrollToIndex(index),
    onOpen: (index) => {
      const row = tableRows[index]
      if (row && rowHref) void navigate(rowHref(row.original.item))
    },
    onToggle: (index) => {
      const row = tableRows[index]
      if (row) toggle(row.id)
    },
  })

  return (
    <tbody onKeyDown={keys.onKeyDown}>
      {before > 0 && <Spacer px={before} />}
      {visible.map(({ index, key }) => {
        const row = tableRows[index]
        if (!row) return null
        const { item } = row.original
        const selected = selection?.selected.has(row.id) ?? false
        return (
          <tr
            key={key}
            ref={virtualizer.measureElement}
            data-index={index}
            aria-rowindex={index + 2}
            aria-selected={selection ? selected : undefined}
            tabIndex={keys.tabIndexOf(index)}
            onFocus={() => keys.onFocusRow(index)}
            onClick={(event) => {
              if (rowHref && keys.isPlainClick(event)) void navigate(rowHref(item))
            }}
            className={clsx(
              'focus-visible:-outline-offset-2',
              selected ? 'bg-accent-soft' : 'hover:bg-hover',
              rowHref && 'cursor-pointer',
            )}
          >
            {selection && (
              <td className="border-b border-line px-2">
                <Checkbox
                  tabIndex={-1}
                  aria-label={`Select ${rowName(item)}`}
                  checked={selected}
                  onCheckedChange={() => toggle(row.id)}
                />
              </td>
            )}
            {row.getAllCells().map((cell, position) => (
              <td
                key={cell.id}
                className={clsx(
                  'h-10 truncate border-b border-line px-3 py-1.5',
                  columns[position]?.align === 'end' && 'text-end',
                  whereThereIsRoom(columns[position]),
                )}
              >
                <table.FlexRender cell={cell} />
              </td>
            ))}
          </tr>
        )
      })}
      {after > 0 && <Spacer px={after} />}
    </tbody>
  )
}

/** Holds the place of the rows that are not drawn. */
const Spacer = ({ px }: { px: number }) => (
  <tr aria-hidden>
    <td style={{ height: px }} />
  </tr>
)

const States = <T,>({ label, rows, empty, onClearFilters }: DataTableProps<T>) => {
  if (rows.failure) return <CouldNotLoad label={label} failure={rows.failure} onRetry={rows.retry} />
  if (rows.loading || rows.items.length > 0) return null
  return onClearFilters ? <NoneMatch label={label} onClear={onClearFilters} /> : <NoneYet {...empty} />
}

const Footer = <T,>({ label, rows, selection }: DataTableProps<T>) => (
  <div className="-mt-px flex min-h-10 items-center gap-3 border-t border-line px-3 py-1 text-xs text-muted">
    <span role="status">
      {rowCountText({
        label,
        loaded: rows.items.length,
        selected: selection?.selected.size,
        more: rows.nextPage !== null,
      })}
    </span>
    {rows.nextPage && (
      <Button size="sm" className="ml-auto" busy={rows.loadingNextPage} onClick={rows.nextPage}>
        Load more
      </Button>
    )}
  </div>
)
