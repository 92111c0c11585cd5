import { clsx } from 'clsx'
import { ChevronRight } from 'lucide-react'
import { Fragment, type ReactNode, useEffect } from 'react'
import { Link } from 'react-router'
import { announce } from './announcer.tsx'

export interface Crumb {
  label: string
  to: string
}

/**
 * The frame of every page: document title, heading, actions and content.
 * `fill` gives the content the height of the window, for a table that scrolls by itself.
 */
export const Page = ({
  title,
  description,
  crumbs = [],
  badge,
  actions,
  fill = false,
  children,
}: {
  title: string
  description?: ReactNode
  crumbs?: readonly Crumb[]
  badge?: ReactNode
  actions?: ReactNode
  fill?: boolean
  children: ReactNode
}) => {
  useEffect(() => announce(title), [title])
  return (
    <div
      className={clsx(
        'mx-auto flex w-full max-w-[90rem] flex-col gap-4 px-4 py-5 sm:px-6',
        fill && 'h-full min-h-0',
      )}
    >
      <title>{`${title} – Patchbay`}</title>
      <header className="flex flex-wrap items-start gap-x-4 gap-y-3">
        <div className="min-w-0 flex-1 basis-72">
          {crumbs.length > 0 && <Breadcrumbs crumbs={crumbs} />}
          <div className="flex min-h-8 flex-wrap items-center gap-2.5">
            <h1 className="text-xl font-semibold tracking-tight break-words">{title}</h1>
            {badge}
          </div>
          {description && <div className="max-w-3xl text-pretty text-muted">{description}</div>}
        </div>
        {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  )
}

const Breadcrumbs = ({ crumbs }: { crumbs: readonly Crumb[] }) => (
  <nav aria-label="Breadcrumb" className="mb-0.5">
    <ol className="flex flex-wrap items-center gap-1 text-xs text-muted">
      {crumbs.map((crumb) => (
        <Fragment key={crumb.to}>
          <li>
            <Link
              to={crumb.to}
              className="inline-flex min-h-6 items-center rounded-sm hover:text-ink hover:underline"
            >
              {crumb.label}
            </Link>
          </li>
          <li aria-hidden>
            <ChevronRight className="size-3" />
          </li>
        </Fragment>
      ))}
    </ol>
  </nav>
)
