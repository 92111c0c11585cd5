import type { InfiniteData, UseInfiniteQueryResult, UseQueryResult } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import type { Page } from '#contract/paging.ts'
import { type Failure, failureOf } from '#renderer/bridge.ts'

/** What a DataTable shows, and how it comes by more. */
export interface Rows<T> {
  items: readonly T[]
  loading: boolean
  failure: Failure | null
  retry: () => void
  /** Loads the next page; null when this is all. */
  nextPage: (() => void) | null
  loadingNextPage: boolean
}

/** Options of every `useInfiniteQuery` over a keyset-paged procedure. */
export const keysetPaging: {
  readonly initialPageParam: string | undefined
  readonly getNextPageParam: (last: Page<unknown>) => string | undefined
} = {
  initialPageParam: undefined,
  getNextPageParam: (last) => last.nextCursor ?? undefined,
}

/** The rows of a paged query. */
export const usePagedRows = <T>(query: UseInfiniteQueryResult<InfiniteData<Page<T>>>): Rows<T> => {
  const items = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data])
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query
  // A page may come out empty and still not be the last: then nothing is known to match yet.
  const goesOn = items.length === 0 && hasNextPage && !isFetchNextPageError
  useEffect(() => {
    if (goesOn && !isFetchingNextPage) void fetchNextPage()
  }, [goesOn, isFetchingNextPage, fetchNextPage])
  return {
    items,
    loading: query.isPending || goesOn,
    failure: query.isError && !query.data ? failureOf(query.error) : null,
    retry: () => void query.refetch(),
    nextPage: hasNextPage ? () => void fetchNextPage() : null,
    loadingNextPage: isFetchingNextPage,
  }
}

const none: readonly never[] = []

/** The rows of a query that answers with all of them at once. */
export const useAllRows = <D, T>(query: UseQueryResult<D>, itemsOf: (data: D) => readonly T[]): Rows<T> => ({
  items: query.data === undefined ? none : itemsOf(query.data),
  loading: query.isPending,
  failure: query.isError && query.data === undefined ? failureOf(query.error) : null,
  retry: () => void query.refetch(),
  nextPage: null,
  loadingNextPage: false,
})
