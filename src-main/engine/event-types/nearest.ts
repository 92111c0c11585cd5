/** Edits (insert, delete, replace) between two texts. Quadratic: bound the lengths. */
const distance = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let line = 1; line <= from.length; line += 1) {
    const next = [line]
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (row[column - 1] ?? 0) + (from[line - 1] === to[column - 1] ? 0 : 1)
      const deleted = (row[column] ?? 0) + 1
      const inserted = (next[column - 1] ?? 0) + 1
      next.push(Math.min(replaced, deleted, inserted))
    }
    row = next
  }
  return row[to.length] ?? 0
}

const suggestionsMax = 3

/** The names that somebody who wrote `name` may have meant, nearest first; none when nothing is near. */
export const nearest = (name: string, names: readonly string[]): string[] => {
  const far = Math.max(2, Math.floor(name.length / 4))
  return names
    .map((candidate) => ({ candidate, edits: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ edits }) => edits <= far)
    .sort((left, right) => left.edits - right.edits)
    .slice(0, suggestionsMax)
    .map(({ candidate }) => candidate)
}
