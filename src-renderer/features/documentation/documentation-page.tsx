import { Link } from 'react-router'
import { Page } from '#renderer/ui/page.tsx'
import { documentationLinks } from './guides.ts'

/** `/documentation` */
export const DocumentationPage = () => (
  <Page title="Documentation" description="Short guides that come with Patchbay. They need no internet.">
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
              <Link
                to={to}
                className="after:absolute after:inset-0 after:rounded-lg focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent"
              >
                {title}
              </Link>
            </h2>
            <p className="text-muted">{summary}</p>
          </div>
        </li>
      ))}
    </ul>
  </Page>
)
