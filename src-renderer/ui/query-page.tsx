import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { failureOf } from '#renderer/bridge.ts'
import { type Crumb, Page } from './page.tsx'
import { ProblemNotice } from './problem-notice.tsx'
import { LoadingBlock } from './skeleton.tsx'

/** A page about one thing: until it is there, the page's frame with a skeleton, or why it could not be loaded. */
export const QueryPage = <D,>({
  query,
  title,
  crumbs,
  children,
}: {
  query: UseQueryResult<D>
  /** What it is, while it has no name yet: "Webhook". */
  title: string
  crumbs?: readonly Crumb[]
  children: (data: NonNullable<D>) => ReactNode
}) => {
  if (query.data !== undefined && query.data !== null) return children(query.data)
  return (
    <Page title={title} crumbs={crumbs}>
      {query.isError ? (
        <ProblemNotice failure={failureOf(query.error)} onRetry={() => void query.refetch()} />
      ) : (
        <LoadingBlock label={`Loading ${title}`} />
      )}
    </Page>
  )
}
