import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { failureOf, HostUnreachable, orpc } from '#renderer/bridge.ts'
import { connectionStore, noteAnswer, noteUnreachable } from './connection.ts'

const sessionCodes: readonly string[] = ['not_signed_in', 'session_locked', 'account_disabled', 'not_set_up']

const sessionPath = String(orpc.session.current.key()[0])

/** Whether a query key is that of the session itself. */
export const isSessionKey = (key: readonly unknown[]) => String(key[0]) === sessionPath

/** What every failed call means for the console as a whole: the host is away, or the session has changed. */
const onError = (error: unknown) => {
  if (error instanceof HostUnreachable) noteUnreachable()
  else if (sessionCodes.includes(failureOf(error).code))
    void queryClient.invalidateQueries({ queryKey: orpc.session.current.key() })
}

const retriesMax = 1
const retryDelayMs = 400

/** The cache of everything that was read from the host. */
export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onSuccess: noteAnswer,
    onError: (error, query) => {
      // Reading the session again because reading the session failed would never end.
      if (error instanceof HostUnreachable || !isSessionKey(query.queryKey)) onError(error)
    },
  }),
  mutationCache: new MutationCache({ onSuccess: noteAnswer, onError }),
  defaultOptions: {
    queries: {
      // Live changes say what is stale; see live.ts.
      staleTime: 60_000,
      refetchOnWindowFocus: false,
      // Whether the machine has a network says nothing about the host, which is on this machine.
      networkMode: 'always',
      retry: (failures, error) => failureOf(error).status >= 500 && failures < retriesMax,
      retryDelay: retryDelayMs,
    },
    mutations: { networkMode: 'always' },
  },
})

// What failed while the host was away is read again as soon as it answers.
connectionStore.subscribe(({ state }, before) => {
  if (before.state === 'unreachable' && state !== 'unreachable') void queryClient.invalidateQueries()
})
