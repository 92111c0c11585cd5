import { type KeyboardEvent, useState } from 'react'

/** A cell of a grid, both counted from 0. */
export interface CellAt {
  row: number
  column: number
}

/** The element of the cell that something is in; null outside of the cells. */
export const cellElementOf = (target: EventTarget | null) =>
  target instanceof Element ? target.closest<HTMLElement>('[data-row][data-column]') : null

export const cellOf = (target: EventTarget | null): CellAt | null => {
  const element = cellElementOf(target)
  return element && { row: Number(element.dataset.row), column: Number(element.dataset.column) }
}

const pageRows = 10

const moveOf = (event: KeyboardEvent, { row, column }: CellAt, last: CellAt): CellAt | null => {
  const far = event.ctrlKey || event.metaKey
  switch (event.key) {
    case 'ArrowDown':
      return { row: far ? last.row : row + 1, column }
    case 'ArrowUp':
      return { row: far ? 0 : row - 1, column }
    case 'ArrowRight':
      return { row, column: far ? last.column : column + 1 }
    case 'ArrowLeft':
      return { row, column: far ? 0 : column - 1 }
    case 'PageDown':
      return { row: row + pageRows, column }
    case 'PageUp':
      return { row: row - pageRows, column }
    case 'Home':
      return { row: far ? 0 : row, column: 0 }
    case 'End':
      return { row: far ? last.row : row, column: last.column }
    default:
      return null
  }
}

const within = (value: number, last: number) => Math.max(0, Math.min(last, value))

/**
 * Keys on the buttons in the cells of a grid, as the WAI-ARIA grid pattern has them: arrows, page, home and end move,
 * with Ctrl to the edge. One cell is in the tab order.
 */
export const useGridKeys = ({
  rows,
  columns,
  scrollToRow,
}: {
  rows: number
  columns: number
  scrollToRow: (row: number) => void
}) => {
  const [current, setCurrent] = useState<CellAt>({ row: 0, column: 0 })
  const last = { row: Math.max(0, rows - 1), column: Math.max(0, columns - 1) }
  const active = { row: within(current.row, last.row), column: within(current.column, last.column) }

  const focus = (grid: HTMLElement, { row, column }: CellAt) => {
    const cell = () => grid.querySelector<HTMLElement>(`[data-row="${row}"][data-column="${column}"]`)
    const near = cell()
    if (near) near.focus()
    // A row that was far away exists only after the grid has drawn again.
    else requestAnimationFrame(() => requestAnimationFrame(() => cell()?.focus()))
  }

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.altKey) return
    const move = moveOf(event, active, last)
    if (!move) return
    const next = { row: within(move.row, last.row), column: within(move.column, last.column) }
    setCurrent(next)
    scrollToRow(next.row)
    focus(event.currentTarget, next)
    event.preventDefault()
  }

  return {
    onKeyDown,
    onFocusCell: setCurrent,
    isActive: (row: number, column: number) => row === active.row && column === active.column,
  }
}
