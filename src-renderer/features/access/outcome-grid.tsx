import { useVirtualizer } from '@tanstack/react-virtual'
import { clsx } from 'clsx'
import { Check } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import type { Outcome } from '#contract/access.ts'
import { gateLabels } from '#renderer/ui/decision-text.ts'
import { CellCard } from './cell-card.tsx'
import { type CellAt, cellOf, useGridKeys } from './grid-keys.ts'
import { gateIcons, outcomeText } from './outcome.tsx'

export interface GridColumn {
  id: string
  label: string
  /** Columns beside each other of one group stand under one heading. */
  group: string
}

export interface GridRow {
  id: string
  name: string
  header: ReactNode
}

export interface OutcomeGridProps {
  label: string
  /** Heads the column of names: "Person". */
  corner: string
  /** For short labels: written from left to right, the columns sharing the width there is. */
  upright?: boolean
  columns: readonly GridColumn[]
  rows: readonly GridRow[]
  outcomeAt: (cell: CellAt) => Outcome | undefined
  /** A click or Enter on a cell. */
  onOpen: (cell: CellAt) => void
  /** The last rows have come into view. */
  onEnd?: () => void
  footer: ReactNode
}

const rowPx = 40
const groupPx = 28
const labelPx = 172
const uprightLabelPx = 32
const namePx = 248
const cellPx = 38
const uprightPx = 68
const widePx = 220
/** With so few columns there is room for words. */
const wideColumnsMax = 3
const endRows = 20

interface Shape {
  /** Room for the name of the gate beside its sign. */
  wide: boolean
  upright: boolean
  columnPx: number
  labelPx: number
}

const shapeOf = ({ columns, upright = false }: OutcomeGridProps): Shape => {
  if (columns.length <= wideColumnsMax)
    return { wide: true, upright: true, columnPx: widePx, labelPx: uprightLabelPx }
  return upright
    ? { wide: false, upright, columnPx: uprightPx, labelPx: uprightLabelPx }
    : { wide: false, upright, columnPx: cellPx, labelPx }
}

/** Names × columns, each cell allowed or refused with the sign of the gate that decided. */
export const OutcomeGrid = (props: OutcomeGridProps) => {
  const { label, columns, rows, footer } = props
  // As state: the rows can be measured only once the element is there.
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null)
  const shape = shapeOf(props)
  return (
    <div className="relative flex min-h-72 flex-initial flex-col overflow-hidden rounded-lg border border-line bg-surface">
      <div
        ref={setScroller}
        className="min-h-0 flex-1 overflow-auto"
        style={{
          scrollPaddingTop: groupPx + shape.labelPx,
          scrollPaddingInlineStart: namePx,
        }}
      >
        <table
          aria-label={label}
          aria-rowcount={rows.length + 2}
          aria-colcount={columns.length + 1}
          className="table-fixed border-separate border-spacing-0"
          style={{
            width: namePx + columns.length * shape.columnPx,
            minWidth: shape.upright ? '100%' : undefined,
          }}
        >
          <colgroup>
            <col style={{ width: namePx }} />
            {columns.map(({ id }) => (
              <col key={id} style={{ width: shape.upright && !shape.wide ? undefined : shape.columnPx }} />
            ))}
          </colgroup>
          <GridHead {...props} shape={shape} />
          {scroller && <GridBody {...props} shape={shape} scroller={scroller} />}
        </table>
      </div>
      {scroller && (
        <CellCard
          grid={scroller}
          textAt={(cell) => {
            const outcome = props.outcomeAt(cell)
            const row = rows[cell.row]
            const column = columns[cell.column]
            return outcome && row && column ? { row: row.name, column: column.label, outcome } : null
          }}
        />
      )}
      <div className="flex min-h-10 items-center gap-3 border-t border-line px-3 py-1 text-xs text-muted">
        {footer}
      </div>
    </div>
  )
}

/** The runs of columns beside each other that have one group. */
const groupRuns = (columns: readonly GridColumn[]) => {
  const runs: { group: string; first: string; count: number }[] = []
  for (const { group, id } of columns) {
    const last = runs.at(-1)
    if (last?.group === group) last.count += 1
    else runs.push({ group, first: id, count: 1 })
  }
  return runs
}

const startsGroup = (columns: readonly GridColumn[], index: number) =>
  columns[index]?.group !== columns[index - 1]?.group

const headCell = 'sticky z-10 border-line bg-surface text-xs font-medium text-muted'

const GridHead = ({ corner, columns, shape }: OutcomeGridProps & { shape: Shape }) => (
  <thead>
    <tr aria-rowindex={1}>
      <th
        scope="col"
        rowSpan={2}
        className={clsx(headCell, 'top-0 left-0 z-20 border-r border-b px-3 pb-2 text-start align-bottom')}
      >
        {corner}
      </th>
      {groupRuns(columns).map(({ group, first, count }) => (
        <th
          key={first}
          scope="colgroup"
          colSpan={count}
          title={group}
          className={clsx(headCell, 'top-0 truncate border-l px-2 text-start')}
          style={{ height: groupPx }}
        >
          {group}
        </th>
      ))}
    </tr>
    <tr aria-rowindex={2}>
      {columns.map((column, index) => (
        <th
          key={column.id}
          scope="col"
          className={clsx(
            headCell,
            'border-b px-1 pb-2 align-bottom text-ink',
            startsGroup(columns, index) && 'border-l',
          )}
          style={{ top: groupPx, height: shape.labelPx }}
        >
          {shape.upright ? (
            <span className="font-normal">{column.label}</span>
          ) : (
            <span className="flex justify-center">
              <span className="max-h-40 rotate-180 truncate text-start font-normal [writing-mode:vertical-rl]">
                {column.label}
              </span>
            </span>
          )}
        </th>
      ))}
    </tr>
  </thead>
)

const withCell = (target: EventTarget, then: (cell: CellAt) => void) => {
  const cell = cellOf(target)
  if (cell) then(cell)
}

const GridBody = ({
  columns,
  rows,
  outcomeAt,
  onOpen,
  onEnd,
  shape,
  scroller,
}: OutcomeGridProps & { shape: Shape; scroller: HTMLDivElement }) => {
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller,
    estimateSize: () => rowPx,
    scrollPaddingStart: groupPx + shape.labelPx,
    overscan: 8,
  })
  const visible = virtualizer.getVirtualItems()
  const before = visible[0]?.start ?? 0
  const after = virtualizer.getTotalSize() - (visible.at(-1)?.end ?? 0)
  const lastVisible = visible.at(-1)?.index ?? -1
  const nearEnd = lastVisible >= rows.length - endRows
  useEffect(() => {
    if (nearEnd) onEnd?.()
  }, [nearEnd, onEnd])
  const keys = useGridKeys({
    rows: rows.length,
    columns: columns.length,
    scrollToRow: (row) => virtualizer.scrollToIndex(row),
  })
  return (
    <tbody
      onKeyDown={keys.onKeyDown}
      onFocus={({ target }) => withCell(target, keys.onFocusCell)}
      onClick={({ target }) => withCell(target, onOpen)}
    >
      {before > 0 && <Spacer px={before} />}
      {visible.map(({ index }) => {
        const row = rows[index]
        if (!row) return null
        return (
          <tr key={row.id} aria-rowindex={index + 3} className="group">
            <th
              scope="row"
              className="sticky left-0 z-10 truncate border-r border-b border-line bg-surface px-3 text-start font-normal group-hover:bg-hover"
              style={{ height: rowPx }}
            >
              {row.header}
            </th>
            {columns.map((column, position) => (
              <Cell
                key={column.id}
                at={{ row: index, column: position }}
                outcome={outcomeAt({ row: index, column: position })}
                active={keys.isActive(index, position)}
                starts={startsGroup(columns, position)}
                wide={shape.wide}
              />
            ))}
          </tr>
        )
      })}
      {after > 0 && <Spacer px={after} />}
    </tbody>
  )
}

const Spacer = ({ px }: { px: number }) => (
  <tr aria-hidden>
    <td style={{ height: px }} />
  </tr>
)

const Cell = ({
  at,
  outcome,
  active,
  starts,
  wide,
}: {
  at: CellAt
  outcome: Outcome | undefined
  active: boolean
  starts: boolean
  wide: boolean
}) => (
  <td
    aria-colindex={at.column + 2}
    className={clsx('border-b border-line p-0 text-center group-hover:bg-hover', starts && 'border-l')}
    style={{ height: rowPx }}
  >
    {outcome && (
      <button
        type="button"
        tabIndex={active ? 0 : -1}
        data-row={at.row}
        data-column={at.column}
        className="grid size-full place-items-center hover:bg-accent-soft focus-visible:bg-accent-soft focus-visible:-outline-offset-2"
      >
        <Mark outcome={outcome} wide={wide} />
      </button>
    )}
  </td>
)

const Mark = ({ outcome, wide }: { outcome: Outcome; wide: boolean }) => {
  const Icon = outcome.allowed || !outcome.decidedBy ? Check : gateIcons[outcome.decidedBy]
  const tone = outcome.allowed ? 'text-success' : 'text-muted'
  if (wide) {
    return (
      <span className={clsx('flex items-center gap-1.5 px-2', tone)}>
        <Icon aria-hidden className="size-3.5 shrink-0" strokeWidth={outcome.allowed ? 2.75 : 2} />
        {outcome.allowed || !outcome.decidedBy ? outcomeText(outcome) : gateLabels[outcome.decidedBy]}
      </span>
    )
  }
  return (
    <span
      className={clsx(
        'grid size-7 place-items-center rounded-md',
        tone,
        outcome.allowed && 'bg-success-soft',
      )}
    >
      <Icon aria-hidden className="size-3.5" strokeWidth={outcome.allowed ? 2.75 : 2} />
      <span className="sr-only">{outcomeText(outcome)}</span>
    </span>
  )
}
