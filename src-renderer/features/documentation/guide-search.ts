/** A part of a guide that can be found. */
export interface GuidePart {
  guide: string
  /** Null: the beginning of the page. */
  section: string | null
  to: string
  text: string
}

export interface FoundPart extends GuidePart {
  /** The words around the first match; empty when it is in the heading alone. */
  before: string
  match: string
  after: string
}

const aroundCharacters = 70

const shortStart = (text: string) =>
  text.length > aroundCharacters ? `…${text.slice(-aroundCharacters).replace(/^\S*\s/, '')}` : text
const shortEnd = (text: string) =>
  text.length > aroundCharacters ? `${text.slice(0, aroundCharacters).replace(/\s\S*$/, '')}…` : text

/** The parts that hold every word of a search, those with a match in their heading first. */
export const searchGuides = (parts: readonly GuidePart[], search: string): readonly FoundPart[] => {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const [first] = words
  if (first === undefined) return []
  const heading = ({ guide, section }: GuidePart) => `${guide} ${section ?? ''}`.toLowerCase()
  return parts
    .filter((part) => {
      const all = `${heading(part)} ${part.text.toLowerCase()}`
      return words.every((word) => all.includes(word))
    })
    .toSorted((a, b) => Number(heading(b).includes(first)) - Number(heading(a).includes(first)))
    .map((part) => {
      const at = part.text.toLowerCase().indexOf(first)
      if (at < 0) return { ...part, before: '', match: '', after: shortEnd(part.text) }
      const end = at + first.length
      return {
        ...part,
        before: shortStart(part.text.slice(0, at)),
        match: part.text.slice(at, end),
        after: shortEnd(part.text.slice(end)),
      }
    })
}
