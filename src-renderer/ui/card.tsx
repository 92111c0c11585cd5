import { clsx } from 'clsx'
import { type ReactNode, useId } from 'react'

/** A titled part of a page. */
export const Card = ({
  title,
  description,
  actions,
  flush = false,
  className,
  children,
}: {
  title?: string
  description?: ReactNode
  actions?: ReactNode
  /** No padding around the content, for tables and lists. */
  flush?: boolean
  className?: string
  children: ReactNode
}) => {
  const titleId = useId()
  return (
    <section
      aria-labelledby={title ? titleId : undefined}
      className={clsx('flex min-w-0 flex-col rounded-lg border border-line bg-surface', className)}
    >
      {title && (
        <header className="flex flex-wrap items-start gap-3 px-4 pt-3 pb-2">
          <div className="min-w-0 flex-1">
            <h2 id={titleId} className="text-base font-semibold">
              {title}
            </h2>
            {description && <p className="text-muted">{description}</p>}
          </div>
          {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
        </header>
      )}
      <div className={clsx('min-w-0 flex-1', !flush && (title ? 'px-4 pt-1 pb-4' : 'p-4'))}>{children}</div>
    </section>
  )
}
