import { SearchX } from 'lucide-react'
import { useState } from 'react'
import { Link } from 'react-router'
import { Button } from '#renderer/ui/button.tsx'
import { EmptyState } from '#renderer/ui/empty-state.tsx'
import { FilterBar, SearchFilter } from '#renderer/ui/filter-bar.tsx'
import { formatNumberOf } from '#renderer/ui/format.ts'
import { Page } from '#renderer/ui/page.tsx'
import { useSearchParam } from '#renderer/ui/search-params.ts'
import { GuideIndex } from './guide-index.tsx'
import { type FoundPart, type GuidePart, searchGuides } from './guide-search.ts'
import { documentationLinks } from './guides.ts'

const stretched =
  'after:absolute after:inset-0 after:rounded-lg focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent'

const AllPages = () => (
  <ul className="grid gap-3 sm:grid-cols-2">
    {documentationLinks.map(({ to, title, summary, icon: Icon }) => (
      <li
        key={to}
        className="relative flex gap-3 rounded-lg border border-line bg-surface p-4 has-[a:hover]:bg-hover"
      >
        <span className="grid size-9 shrink-0 place-items-center rounded-lg bg-accent-soft text-accent">
          <Icon aria-hidden className="size-4.5" />
        </span>
        <div className="min-w-0">
          <h2 className="text-base font-semibold">
            <Link to={to} className={stretched}>
              {title}
            </Link>
          </h2>
          <p className="text-muted">{summary}</p>
        </div>
      </li>
    ))}
  </ul>
)

const Result = ({ part }: { part: FoundPart }) => (
  <li className="relative rounded-lg border border-line bg-surface px-4 py-3 has-[a:hover]:bg-hover">
    <h2 className="font-semibold">
      <Link to={part.to} className={stretched}>
        {part.section ? `${part.guide}: ${part.section}` : part.guide}
      </Link>
    </h2>
    <p className="text-muted">
      {part.before}
      {part.match && <mark className="bg-warning-soft font-medium text-ink">{part.match}</mark>}
      {part.after}
    </p>
  </li>
)

const Results = ({ parts, search }: { parts: readonly GuidePart[]; search: string }) => {
  const [, setSearch] = useSearchParam('search')
  const found = searchGuides(parts, search)
  if (found.length === 0)
    return (
      <EmptyState
        icon={SearchX}
        title={`Nothing is written about “${search}”`}
        actions={<Button onClick={() => setSearch('')}>Show all pages</Button>}
      >
        <p>Try another word, or fewer of them.</p>
      </EmptyState>
    )
  return (
    <>
      <p role="status" className="text-muted">
        {formatNumberOf(found.length, 'part')} of the guides
      </p>
      <ul className="space-y-2">
        {found.map((part) => (
          <Result key={part.to} part={part} />
        ))}
      </ul>
    </>
  )
}

/** `/documentation` */
export const DocumentationPage = () => {
  const [search, setSearch] = useSearchParam('search')
  const [parts, setParts] = useState<readonly GuidePart[] | null>(null)
  const searching = search.trim() !== ''
  return (
    <Page title="Documentation" description="Short guides that come with Patchbay. They need no internet.">
      <FilterBar label="Search the documentation" onClear={searching ? () => setSearch('') : undefined}>
        <SearchFilter label="Search the guides" />
      </FilterBar>
      {searching && !parts && <GuideIndex onRead={setParts} />}
      {searching && parts && <Results parts={parts} search={search.trim()} />}
      {!searching && <AllPages />}
    </Page>
  )
}
