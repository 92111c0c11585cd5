import { clsx } from 'clsx'
import { FileQuestion } from 'lucide-react'
import { Link, NavLink, useParams } from 'react-router'
import { Button } from '#renderer/ui/button.tsx'
import { EmptyState } from '#renderer/ui/empty-state.tsx'
import { Page } from '#renderer/ui/page.tsx'
import { documentationLinks, guides } from './guides.ts'
import { useHashTarget } from './hash-target.ts'

const crumbs = [{ label: 'Documentation', to: '/documentation' }]

const NoSuchPage = () => (
  <Page title="No such page" crumbs={crumbs}>
    <EmptyState
      icon={FileQuestion}
      title="The guide has no such page"
      actions={
        <Button asChild>
          <Link to="/documentation">All pages</Link>
        </Button>
      }
    />
  </Page>
)

/** `/documentation/:page`: one page of the guide, with the others beside it. */
export const GuidePage = () => {
  const { page } = useParams()
  useHashTarget()
  const guide = guides.find(({ slug }) => slug === page)
  if (!guide) return <NoSuchPage />
  const { title, summary, Content } = guide
  return (
    <Page title={title} description={summary} crumbs={crumbs}>
      <div className="flex flex-col gap-x-10 gap-y-6 lg:flex-row-reverse lg:justify-end">
        <nav aria-label="Guide" className="shrink-0 lg:w-56">
          <ul className="lg:sticky lg:top-2">
            {documentationLinks.map(({ to, title: label }) => (
              <li key={to}>
                <NavLink
                  to={to}
                  className={({ isActive }) =>
                    clsx(
                      'flex min-h-8 items-center border-l-2 px-3',
                      isActive ? 'border-accent font-medium' : 'border-line text-muted hover:text-ink',
                    )
                  }
                >
                  {label}
                </NavLink>
              </li>
            ))}
          </ul>
        </nav>
        <article className="min-w-0 max-w-3xl flex-1 space-y-4 text-base">
          <Content />
        </article>
      </div>
    </Page>
  )
}
