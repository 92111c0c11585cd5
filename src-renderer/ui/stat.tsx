import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { Tone } from './badge.tsx'

const valueTones: Record<Tone, string> = {
  neutral: 'text-ink',
  accent: 'text-accent',
  success: 'text-success',
  warning: 'text-warning',
  danger: 'text-danger',
}

/** One number with its name, inside a StatRow. */
export const Stat = ({
  label,
  value,
  detail,
  tone = 'neutral',
  to,
}: {
  label: string
  value: ReactNode
  detail?: ReactNode
  tone?: Tone
  /** The list behind the number. */
  to?: string
}) => (
  <div className="relative flex min-w-34 flex-1 flex-col bg-surface px-4 py-3 has-[a:hover]:bg-hover">
    <dt className="text-xs font-medium text-muted">
      {to ? (
        <Link
          to={to}
          className="after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
        >
          {label}
        </Link>
      ) : (
        label
      )}
    </dt>
    <dd className={clsx('text-2xl font-semibold tracking-tight first-letter:uppercase', valueTones[tone])}>
      {value}
    </dd>
    {detail && <dd className="text-xs text-muted">{detail}</dd>}
  </div>
)

/** Numbers side by side. */
export const StatRow = ({ label, children }: { label: string; children: ReactNode }) => (
  <section aria-label={label} className="overflow-hidden rounded-lg border border-line bg-line">
    <dl className="flex flex-wrap gap-px">{children}</dl>
  </section>
)
