import type { Topic } from '#contract/live.ts'

/** Reports the first change at once, and then what has changed since, once in `intervalMs`. */
export const createChangeReports = (
  report: (topics: readonly Topic[]) => void,
  intervalMs: number,
): { add(topics: readonly Topic[]): void; flush(): void } => {
  const changed = new Set<Topic>()
  let timer: NodeJS.Timeout | null = null
  const flush = (): void => {
    if (timer) clearTimeout(timer)
    timer = null
    if (changed.size === 0) return
    timer = setTimeout(flush, intervalMs)
    const topics = [...changed]
    changed.clear()
    report(topics)
  }
  return {
    add(topics) {
      for (const topic of topics) changed.add(topic)
      if (timer === null) flush()
    },
    flush,
  }
}
