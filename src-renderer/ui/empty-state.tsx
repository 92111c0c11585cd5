import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

/** What stands where there is nothing to show, and what to do about it. */
export const EmptyState = ({
  icon: Icon,
  title,
  children,
  actions,
  alert = false,
}: {
  icon: LucideIcon
  title: string
  children?: ReactNode
  actions?: ReactNode
  alert?: boolean
}) => (
  <div
    role={alert ? 'alert' : undefined}
    className="flex flex-col items-center gap-2 px-6 py-12 text-center [&_p]:max-w-md"
  >
    <span className="mb-1 grid size-10 place-items-center rounded-lg bg-sunken text-muted">
      <Icon aria-hidden className="size-5" />
    </span>
    <p className="text-base font-semibold">{title}</p>
    {children && <div className="text-muted">{children}</div>}
    {actions && <div className="mt-2 flex flex-wrap justify-center gap-2">{actions}</div>}
  </div>
)
