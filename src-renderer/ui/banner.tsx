import { clsx } from 'clsx'
import { CircleAlert, CircleCheck, Info, type LucideIcon, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Tone } from './badge.tsx'

const looks: Record<Tone, { classes: string; icon: LucideIcon }> = {
  neutral: { classes: 'bg-sunken [&>svg]:text-muted', icon: Info },
  accent: { classes: 'bg-accent-soft [&>svg]:text-accent', icon: Info },
  success: { classes: 'bg-success-soft [&>svg]:text-success', icon: CircleCheck },
  warning: { classes: 'bg-warning-soft [&>svg]:text-warning', icon: TriangleAlert },
  danger: { classes: 'bg-danger-soft [&>svg]:text-danger', icon: CircleAlert },
}

/** A message that stays where it concerns. `announce` reads it out when it appears. */
export const Banner = ({
  tone = 'neutral',
  icon,
  title,
  actions,
  announce,
  children,
}: {
  tone?: Tone
  icon?: LucideIcon
  title?: string
  actions?: ReactNode
  announce?: 'status' | 'alert'
  children?: ReactNode
}) => {
  const Icon = icon ?? looks[tone].icon
  return (
    <div role={announce} className={clsx('flex gap-2.5 rounded-lg px-3 py-2.5', looks[tone].classes)}>
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="min-w-0 flex-1">
        {title && <p className="font-semibold">{title}</p>}
        {children && <div className={clsx('break-words', title && 'mt-0.5')}>{children}</div>}
      </div>
      {actions && <div className="flex shrink-0 flex-wrap items-start gap-2">{actions}</div>}
    </div>
  )
}
