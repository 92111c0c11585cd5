import type { QueryClient } from '@tanstack/react-query'
import type { Topic } from '#contract/live.ts'
import { client, failureOf, HostUnreachable, orpc } from '#renderer/bridge.ts'
import { noteConnected, noteStreamBroken, noteUnreachable } from './connection.ts'

/** What reads a topic. A change of the topic makes these stale. */
const readersOf = {
  sessions: [orpc.session.key()],
  organizations: [orpc.session.key(), orpc.access.key(), orpc.subscription.key()],
  users: [orpc.users.key(), orpc.session.key(), orpc.access.key()],
  capabilities: [orpc.access.key(), orpc.subscription.key(), orpc.connections.key(), orpc.webhooks.key()],
  kill_switches: [orpc.access.key(), orpc.status.key()],
  api_keys: [orpc.apiKeys.key(), orpc.overview.key()],
  connections: [orpc.connections.key()],
  webhooks: [orpc.webhooks.key(), orpc.overview.key(), orpc.status.key()],
  events: [orpc.events.key(), orpc.overview.key()],
  deliveries: [
    orpc.deliveries.key(),
    orpc.events.key(),
    orpc.webhooks.key(),
    orpc.overview.key(),
    orpc.status.key(),
  ],
  settings: [orpc.settings.key(), orpc.session.current.key()],
  expectations: [orpc.expectations.key()],
  audit: [orpc.audit.key()],
  status: [orpc.status.key()],
} as const satisfies Record<Topic, readonly (readonly unknown[])[]>

const gatherMs = 150
const backoffFirstMs = 500
const backoffMaxMs = 15_000

/**
 * Gathers changed topics and makes what reads them stale, once per burst. While the document is hidden it only
 * gathers; on return it catches up. One round ends before the next starts, so that a long burst delays nothing.
 */
const createInvalidator = (queryClient: QueryClient) => {
  const pending = new Set<Topic>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let running = false

  const flush = async () => {
    timer = undefined
    if (running || document.hidden || pending.size === 0) return
    running = true
    const keys = new Map(
      [...pending].flatMap((topic) => readersOf[topic]).map((key) => [String(key[0]), key]),
    )
    pending.clear()
    try {
      await Promise.all([...keys.values()].map((queryKey) => queryClient.invalidateQueries({ queryKey })))
    } finally {
      running = false
      schedule()
    }
  }
  const schedule = () => {
    if (pending.size > 0 && !document.hidden) timer ??= setTimeout(() => void flush(), gatherMs)
  }
  document.addEventListener('visibilitychange', schedule)

  return {
    add: (topics: readonly Topic[]) => {
      for (const topic of topics) pending.add(topic)
      schedule()
    },
    stop: () => {
      document.removeEventListener('visibilitychange', schedule)
      clearTimeout(timer)
    },
  }
}

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })

/**
 * Listens to the changes of the host until the returned function is called. Connects again with growing pauses;
 * whatever changed while nobody listened is read again.
 */
export const followChanges = (queryClient: QueryClient): (() => void) => {
  const stopping = new AbortController()
  const { signal } = stopping
  const invalidator = createInvalidator(queryClient)

  const follow = async () => {
    let missed = false
    let backoffMs = backoffFirstMs
    while (!signal.aborted) {
      try {
        const changes = await client.live.changes(undefined, { signal })
        noteConnected()
        backoffMs = backoffFirstMs
        if (missed) void queryClient.invalidateQueries()
        try {
          for await (const { topics } of changes) invalidator.add(topics)
        } finally {
          noteStreamBroken()
        }
      } catch (error) {
        if (signal.aborted) return
        if (error instanceof HostUnreachable) noteUnreachable()
        else if (failureOf(error).status < 500) {
          // The session ended: the session query finds out, and the frame that listens goes away.
          void queryClient.invalidateQueries({ queryKey: orpc.session.current.key() })
        }
      }
      if (signal.aborted) return
      missed = true
      await pause(backoffMs, signal)
      backoffMs = Math.min(backoffMs * 2, backoffMaxMs)
    }
  }
  void follow()

  return () => {
    stopping.abort()
    invalidator.stop()
  }
}
