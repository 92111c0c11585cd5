import type { ReactNode } from 'react'

/** A part of a form that most people leave as it is: closed, it says what is in it. */
export const Disclosure = ({
  title,
  hint,
  children,
}: {
  title: string
  hint: string
  children: ReactNode
}) => (
  <details className="rounded-lg border border-line">
    <summary className="cursor-pointer rounded-lg px-3 py-2 font-medium focus-visible:-outline-offset-2">
      {title} <span className="ml-1 text-xs font-normal text-muted">{hint}</span>
    </summary>
    <div className="space-y-4 px-3 pt-1 pb-3">{children}</div>
  </details>
)
