import { clsx } from 'clsx'

/** A grey shape where text will be. */
export const Skeleton = ({ className }: { className?: string }) => (
  <span aria-hidden className={clsx('block h-3.5 animate-pulse rounded-sm bg-line', className)} />
)

const lineWidths = ['w-2/3', 'w-full', 'w-5/6', 'w-1/2'] as const

/** Stands for a part of a page while it loads, and says so. */
export const LoadingBlock = ({ label }: { label: string }) => (
  <div role="status" className="space-y-3 py-2">
    <span className="sr-only">{label}</span>
    {lineWidths.map((width) => (
      <Skeleton key={width} className={width} />
    ))}
  </div>
)
