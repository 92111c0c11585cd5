import type { QueryClient } from '@tanstack/react-query'
import type { Topic } from '#contract/live.ts'
import { client, desktop, failureOf, HostUnreachable, orpc } from '#renderer/bridge.ts'
import { noteConnected, noteStreamBroken, noteUnreachable } from './connection.ts'

/** What reads a topic. A change of the topic makes these stale. */
const readersOf = {
  sessions: [orpc.session.key()],
  organizations: [
    orpc.session.key(),
    orpc.access.key(),
    orpc.subscription.key(),
    orpc.occasions.key(),
    orpc.platform.key(),
  ],
  users: [orpc.users.key(), orpc.session.key(), orpc.access.key()],
  capabilities: [
    orpc.access.key(),
    orpc.subscription.key(),
    orpc.connections.key(),
    orpc.webhooks.key(),
    orpc.platform.key(),
  ],
  kill_switches: [
    orpc.access.key(),
    orpc.status.key(),
    orpc.platform.key(),
    orpc.deliveries.key(),
    orpc.recoveries.key(),
  ],
  api_keys: [orpc.apiKeys.key(), orpc.overview.key()],
  api_key_uses: [orpc.apiKeys.key()],
  connections: [orpc.connections.key()],
  webhooks: [
    orpc.webhooks.key(),
    orpc.overview.key(),
    orpc.status.key(),
    orpc.occasions.key(),
    orpc.platform.key(),
    orpc.operationalWebhooks.key(),
  ],
  events: [orpc.events.key(), orpc.overview.key()],
  deliveries: [
    orpc.deliveries.key(),
    orpc.recoveries.key(),
    orpc.events.key(),
    orpc.webhooks.key(),
    orpc.overview.key(),
    orpc.status.key(),
    orpc.operationalWebhooks.key(),
  ],
  settings: [orpc.settings.key(), orpc.session.current.key()],
  retention: [orpc.retention.key(), orpc.erasures.key()],
  expectations: [orpc.expectations.key()],
  audit: [orpc.audit.key()],
  notifications: [orpc.notifications.key()],
  /** Releases and recoveries wait for the network. */
  status: [orpc.status.key(), orpc.deliveries.key(), orpc.recoveries.key()],
} as const satisfies Record<Topic, readonly (readonly unknown[])[]>

const gatherMs = 150
const backoffFirstMs = 500
const backoffMaxMs = 15_000

/**
 * Gathers changed topics and makes what reads them stale, once per burst. One round ends before the next starts,
 * so that a long burst delays nothing.
 */
const createInvalidator = (queryClient: QueryClient) => {
  const pending = new Set<Topic>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let running = false

  const flush = async () => {
    timer = undefined
    if (running || pending.size === 0) return
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
    if (pending.size > 0) timer ??= setTimeout(() => void flush(), gatherMs)
  }
  return {
    add: (topics: readonly Topic[]) => {
      for (const topic of topics) pending.add(topic)
      schedule()
    },
    stop: () => clearTimeout(timer),
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

const untilVisible = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (!document.hidden || desktop !== undefined) return resolve()
    const waiting = new AbortController()
    const done = () => {
      waiting.abort()
      resolve()
    }
    document.addEventListener('visibilitychange', () => !document.hidden && done(), {
      signal: waiting.signal,
    })
    signal.addEventListener('abort', done, { signal: waiting.signal })
  })

/** Aborts when the document is hidden. */
const createHiddenSignal = () => {
  const hidden = new AbortController()
  const look = () => document.hidden && desktop === undefined && hidden.abort()
  document.addEventListener('visibilitychange', look, { signal: hidden.signal })
  return { signal: hidden.signal, release: () => hidden.abort() }
}

/**
 * Listens to the changes of the host until the returned function is called. Connects again with growing pauses;
 * whatever changed while nobody listened is read again. A hidden document does not listen: a browser gives one
 * host six connections for all of its tabs. The desktop window does: it notifies.
 */
export const followChanges = (queryClient: QueryClient): (() => void) => {
  const stopping = new AbortController()
  const { signal } = stopping
  const invalidator = createInvalidator(queryClient)

  const listen = async (signalOfOne: AbortSignal, onOpen: () => void) => {
    const changes = await client.live.changes(undefined, { signal: signalOfOne })
    noteConnected()
    onOpen()
    try {
      for await (const { topics } of changes) invalidator.add(topics)
    } finally {
      noteStreamBroken()
    }
  }

  const onBroken = (error: unknown) => {
    if (error instanceof HostUnreachable) noteUnreachable()
    else if (failureOf(error).status < 500) {
      // The session ended: the session query finds out, and the frame that listens goes away.
      void queryClient.invalidateQueries({ queryKey: orpc.session.current.key() })
    }
  }

  const follow = async () => {
    let opened = false
    let backoffMs = backoffFirstMs
    while (!signal.aborted) {
      await untilVisible(signal)
      const hidden = createHiddenSignal()
      try {
        await listen(AbortSignal.any([signal, hidden.signal]), () => {
          if (opened) void queryClient.invalidateQueries()
          opened = true
          backoffMs = backoffFirstMs
        })
      } catch (error) {
        if (!signal.aborted && !hidden.signal.aborted) onBroken(error)
      }
      const wasHidden = hidden.signal.aborted
      hidden.release()
      if (signal.aborted || wasHidden) continue
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
