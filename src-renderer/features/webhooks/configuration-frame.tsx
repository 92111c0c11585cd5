import { clsx } from 'clsx'
import { type ReactNode, useEffect } from 'react'
import { Link, useLocation } from 'react-router'
import { Button } from '#renderer/ui/button.tsx'
import { settingsSections } from './settings-section.tsx'

/** Leads to the parts of the configuration, and to the one that the address names. */
const SectionNav = () => {
  const { hash, search, key } = useLocation()
  const chosen = settingsSections.find(({ id }) => `#${id}` === hash)?.id
  useEffect(() => {
    if (chosen && key) document.getElementById(chosen)?.scrollIntoView({ block: 'start' })
  }, [chosen, key])
  return (
    <nav aria-label="Parts of the configuration" className="@4xl:sticky @4xl:top-4">
      <ul className="flex flex-wrap gap-0.5 @4xl:flex-col">
        {settingsSections.map(({ id, title }) => (
          <li key={id}>
            <Link
              to={{ search, hash: id }}
              replace
              aria-current={id === chosen ? 'true' : undefined}
              className={clsx(
                'flex min-h-7 items-center rounded-md px-2.5 py-0.5 font-medium hover:bg-hover',
                id === chosen ? 'bg-accent-soft text-accent' : 'text-muted hover:text-ink',
              )}
            >
              {title}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}

/** The parts of the configuration, beside a list of them. */
export const ConfigurationLayout = ({ children }: { children: ReactNode }) => (
  <div className="@container">
    <div className="grid items-start gap-x-6 gap-y-3 @4xl:grid-cols-[11rem_minmax(0,56rem)]">
      <SectionNav />
      <div className="min-w-0 space-y-4">{children}</div>
    </div>
  </div>
)

/** Parts that are saved together, over a bar that saves them. */
export const SavedTogether = ({
  dirty,
  problem,
  onDiscard,
  children,
}: {
  dirty: boolean
  /** What went wrong with saving and belongs to no field. */
  problem: ReactNode
  onDiscard: () => void
  children: ReactNode
}) => (
  <>
    <div className="@container space-y-4 [&_:is(input,button,select,textarea)]:scroll-my-20">{children}</div>
    <div className="sticky bottom-0 z-10 mt-4 space-y-3 border-t border-line bg-canvas py-3">
      {problem}
      <div className="flex flex-wrap items-center gap-2">
        <Button look="primary" type="submit" disabled={!dirty}>
          Save …
        </Button>
        {dirty && <Button onClick={onDiscard}>Discard changes</Button>}
        <span role="status" className="text-muted">
          {dirty ? 'Not saved yet' : ''}
        </span>
      </div>
    </div>
  </>
)
