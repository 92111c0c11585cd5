import type { ReactNode } from 'react'
import { Link } from 'react-router'

/** A headed part of a guide page. The id makes it a target of links. */
export const Section = ({ id, title, children }: { id: string; title: string; children: ReactNode }) => (
  <section aria-labelledby={id} className="space-y-2.5">
    <h2 id={id} className="scroll-mt-6 pt-3 text-lg font-semibold">
      {title}
    </h2>
    {children}
  </section>
)

export const Bullets = ({ children }: { children: ReactNode }) => (
  <ul className="list-disc space-y-1 pl-5 marker:text-muted">{children}</ul>
)

export const Steps = ({ children }: { children: ReactNode }) => (
  <ol className="list-decimal space-y-1 pl-5 marker:text-muted">{children}</ol>
)

/** A name as it is typed. */
export const Code = ({ children }: { children: ReactNode }) => (
  <code className="rounded-sm bg-sunken px-1 py-0.5 font-mono text-[0.92em] [overflow-wrap:anywhere]">
    {children}
  </code>
)

export const GuideLink = ({ to, children }: { to: string; children: ReactNode }) => (
  <Link to={to} className="text-accent underline underline-offset-2">
    {children}
  </Link>
)

/** A small table of facts. */
export const FactTable = ({
  label,
  head,
  rows,
}: {
  label: string
  head: readonly string[]
  rows: readonly { id: string; cells: readonly ReactNode[] }[]
}) => (
  <div className="overflow-hidden rounded-lg border border-line">
    <table aria-label={label} className="w-full border-separate border-spacing-0">
      <thead>
        <tr>
          {head.map((cell) => (
            <th
              key={cell}
              scope="col"
              className="bg-sunken px-3 py-1.5 text-start text-xs font-medium text-muted"
            >
              {cell}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            {row.cells.map((cell, column) => (
              <td key={head[column]} className="border-t border-line px-3 py-1.5 align-top">
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)
