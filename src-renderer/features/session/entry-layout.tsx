import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import { Logo } from '#renderer/app/logo.tsx'
import { useSession } from '#renderer/app/session.tsx'

/** The frame of the pages before sign-in: one card in the middle. */
export const EntryLayout = ({
  title,
  description,
  wide = false,
  children,
}: {
  title: string
  description?: ReactNode
  /** Room for two columns. */
  wide?: boolean
  children: ReactNode
}) => {
  const { version, demo } = useSession()
  return (
    <main className="flex min-h-0 flex-1 flex-col items-center overflow-y-auto px-4 py-10">
      <title>{`${title} – Patchbay`}</title>
      <div className={clsx('my-auto w-full', wide ? 'max-w-[26rem] lg:max-w-[52rem]' : 'max-w-[26rem]')}>
        <div className="mb-6 flex items-center justify-center gap-2.5">
          <Logo className="size-7" />
          <span className="text-xl font-semibold tracking-tight">Patchbay</span>
        </div>
        <div className="rounded-xl border border-line bg-surface p-6 shadow-raised">
          <h1 className="text-lg font-semibold">{title}</h1>
          {description && <div className="mt-1 text-muted">{description}</div>}
          <div className="mt-5">{children}</div>
        </div>
        <p className="mt-4 text-center text-xs text-muted">
          {demo && 'Demo workspace · '}Version {version}
        </p>
      </div>
    </main>
  )
}

/** "or" between two ways. */
export const Or = () => (
  <div className="my-5 flex items-center gap-3 text-xs text-muted before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
    or
  </div>
)
