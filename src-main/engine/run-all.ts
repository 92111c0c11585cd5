/** So many failures are told of in full: a full disk makes all fail, every second. */
const toldMax = 10
const idsRead = 100

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/**
 * One after the other, whatever becomes of those before.
 * @throws what the one that failed has thrown; AggregateError with the first few when several failed.
 */
export const runEach = async <T>(
  items: Iterable<T> | AsyncIterable<T>,
  run: (item: T) => Promise<unknown>,
): Promise<void> => {
  const failures: unknown[] = []
  let failed = 0
  for await (const item of items) {
    await run(item).catch((error) => {
      failed += 1
      if (failed <= toldMax) failures.push(error)
    })
  }
  if (failed === 1) throw failures[0]
  if (failed > 1) throw new AggregateError(failures, `${failed} failed. The first: ${wordsOf(failures[0])}`)
}

export const runAll = (parts: readonly (() => Promise<unknown>)[]): Promise<void> =>
  runEach(parts, (part) => part())

/** All ids that a bounded reading gives, however many. */
export async function* allIds(
  list: (page: { afterId?: string; limit: number }) => Promise<readonly string[]>,
): AsyncGenerator<string> {
  for (let afterId: string | undefined; ; ) {
    const ids = await list({ afterId, limit: idsRead })
    yield* ids
    if (ids.length < idsRead) return
    afterId = ids.at(-1)
  }
}

/**
 * Reads a bounded part of many, each time from where it ended the last time, and from the start again after the end: each
 * gets its turn, whatever becomes of those before. One that is made anew begins at the start.
 */
export const createTurns = (limit: number) => {
  let afterId = ''
  return async <T extends { readonly id: string }>(
    list: (page: { afterId: string; limit: number }) => Promise<readonly T[]>,
  ): Promise<readonly T[]> => {
    const items = await list({ afterId, limit })
    afterId = items.length < limit ? '' : (items.at(-1)?.id ?? '')
    return items
  }
}
