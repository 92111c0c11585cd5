import { formatCount, withinSentence } from './format.ts'

/** What stands below a table: how many rows there are, or are loaded, or are selected. `label`: what they are, in the plural. */
export const rowCountText = ({
  label,
  loaded,
  selected = 0,
  more,
}: {
  label: string
  loaded: number
  selected?: number
  /** There are more to load. */
  more: boolean
}): string => {
  if (selected > 0) return `${formatCount(selected)} selected of ${formatCount(loaded)} loaded`
  const rows = loaded === 1 ? '1 row' : `${formatCount(loaded)} ${withinSentence(label)}`
  return more ? `${rows} loaded, there are more` : rows
}
