import { type CSSProperties, useEffect, useState } from 'react'
import type { Outcome } from '#contract/access.ts'
import { type CellAt, cellElementOf, cellOf } from './grid-keys.ts'
import { OutcomeBadge, outcomeReason } from './outcome.tsx'

interface CellText {
  row: string
  column: string
  outcome: Outcome
}

interface Pointed {
  cell: CellAt
  style: CSSProperties
}

const widthPx = 288
const gapPx = 6
const roomPx = 140

const pointedAt = (target: EventTarget | null): Pointed | null => {
  const element = cellElementOf(target)
  const cell = cellOf(target)
  if (!element || !cell) return null
  const { left, top, bottom } = element.getBoundingClientRect()
  const below = bottom + roomPx < window.innerHeight
  return {
    cell,
    style: {
      width: widthPx,
      left: Math.max(8, Math.min(left, window.innerWidth - widthPx - 8)),
      ...(below ? { top: bottom + gapPx } : { bottom: window.innerHeight - top + gapPx }),
    },
  }
}

/**
 * Says in words what the cell under the pointer or the focus shows as a sign. One for the whole grid: a tooltip for
 * each of thousands of cells would be slow. The same words are in every cell for screen readers.
 */
export const CellCard = ({
  grid,
  textAt,
}: {
  grid: HTMLElement
  textAt: (cell: CellAt) => CellText | null
}) => {
  const [pointed, setPointed] = useState<Pointed | null>(null)
  useEffect(() => {
    const listening = new AbortController()
    const { signal } = listening
    const point = ({ target }: Event) => setPointed(pointedAt(target))
    const leave = () => setPointed(null)
    grid.addEventListener('mouseover', point, { signal })
    grid.addEventListener('mouseleave', leave, { signal })
    grid.addEventListener('focusin', point, { signal })
    grid.addEventListener('focusout', leave, { signal })
    // Moving by keys scrolls, too: then the card goes along with the focus.
    const follow = () =>
      setPointed(grid.querySelector(':focus-visible') ? pointedAt(document.activeElement) : null)
    grid.addEventListener('scroll', follow, { signal, passive: true })
    grid.addEventListener('keydown', (event) => event.key === 'Escape' && leave(), { signal })
    return () => listening.abort()
  }, [grid])
  const text = pointed && textAt(pointed.cell)
  if (!pointed || !text) return null
  return (
    <div
      aria-hidden
      className="pointer-events-none fixed z-30 space-y-1.5 rounded-lg bg-surface p-3 shadow-floating"
      style={pointed.style}
    >
      <p className="font-medium">{text.row}</p>
      <p className="text-muted">{text.column}</p>
      <OutcomeBadge outcome={text.outcome} />
      {!text.outcome.allowed && <p className="text-xs text-muted">{outcomeReason(text.outcome)}</p>}
    </div>
  )
}
