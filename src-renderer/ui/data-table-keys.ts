import { type KeyboardEvent, type MouseEvent, useState } from 'react'

const interactive = 'a, button, input, select, textarea, [role="checkbox"], [role="menuitem"]'
const isInteractive = (target: EventTarget, row: Element) =>
  target instanceof Element && target !== row && target.closest(interactive) !== null

const pageRows = 10

/**
 * Keys on the rows of a table: up, down, page, home and end move, Enter opens, space selects. One row is in the
 * tab order; the controls inside a row are reached with Tab from there.
 */
export const useRowKeys = ({
  count,
  scrollToIndex,
  onOpen,
  onToggle,
}: {
  count: number
  scrollToIndex: (index: number) => void
  onOpen: (index: number) => void
  onToggle: (index: number) => void
}) => {
  const [current, setCurrent] = useState(0)
  const active = Math.min(current, Math.max(0, count - 1))

  const moveTo = (body: HTMLElement, index: number) => {
    const next = Math.max(0, Math.min(count - 1, index))
    setCurrent(next)
    scrollToIndex(next)
    const row = () => body.querySelector<HTMLElement>(`[data-index="${next}"]`)
    const near = row()
    if (near) near.focus({ preventScroll: true })
    // A row that was far away exists only after the list has drawn again.
    else requestAnimationFrame(() => requestAnimationFrame(() => row()?.focus({ preventScroll: true })))
  }

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const row = event.target instanceof Element ? event.target.closest('[data-index]') : null
    if (!row || event.altKey || event.ctrlKey || event.metaKey) return
    const onRow = event.target === row
    const moves: Record<string, number> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + pageRows,
      PageUp: active - pageRows,
      Home: 0,
      End: count - 1,
    }
    const target = moves[event.key]
    if (target !== undefined && (onRow || event.key.startsWith('Arrow'))) moveTo(event.currentTarget, target)
    else if (event.key === 'Enter' && onRow) onOpen(active)
    else if (event.key === ' ' && onRow) onToggle(active)
    else return
    event.preventDefault()
  }

  return {
    onKeyDown,
    onFocusRow: setCurrent,
    tabIndexOf: (index: number) => (index === active ? 0 : -1),
    /** A click on the row itself, not on a control in it and not the end of selecting text. */
    isPlainClick: (event: MouseEvent<HTMLElement>) =>
      !isInteractive(event.target, event.currentTarget) && !window.getSelection()?.toString(),
  }
}
