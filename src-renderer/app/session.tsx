import { useQuery } from '@tanstack/react-query'
import { Unplug } from 'lucide-react'
import { createContext, type ReactNode, useContext } from 'react'
import { useStore } from 'zustand'
import type { SessionState } from '#contract/session.ts'
import { failureOf, HostUnreachable, orpc } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { EmptyState } from '#renderer/ui/empty-state.tsx'
import { FailureDetails } from '#renderer/ui/problem-notice.tsx'
import { Spinner } from '#renderer/ui/spinner.tsx'
import { connectionStore } from './connection.ts'
import { isSessionKey, queryClient } from './query-client.ts'

const retryUnreachableMs = 2_000

const SessionContext = createContext<SessionState | null>(null)

/** Reads who is signed in before anything else is drawn, and keeps it. */
export const SessionProvider = ({ children }: { children: ReactNode }) => {
  const unreachable = useStore(connectionStore, ({ state }) => state === 'unreachable')
  const session = useQuery(
    orpc.session.current.queryOptions({
      staleTime: Number.POSITIVE_INFINITY,
      retry: (_failures, error) => error instanceof HostUnreachable,
      retryDelay: retryUnreachableMs,
      refetchInterval: unreachable && retryUnreachableMs,
    }),
  )
  if (session.data) return <SessionContext value={session.data}>{children}</SessionContext>
  return (
    <main className="grid h-full place-items-center">
      {session.isError ? (
        <EmptyState
          alert
          icon={Unplug}
          title="Patchbay could not start"
          actions={<Button onClick={() => void session.refetch()}>Try again</Button>}
        >
          <p>{failureOf(session.error).title}</p>
          <FailureDetails failure={failureOf(session.error)} />
        </EmptyState>
      ) : (
        <Spinner
          label={session.failureCount > 0 ? 'Patchbay’s engine is not answering – reconnecting' : 'Loading'}
        />
      )}
    </main>
  )
}

/** The state of the session, whatever it is. */
export const useSession = (): SessionState => {
  const session = useContext(SessionContext)
  if (!session) throw new Error('useSession outside of SessionProvider')
  return session
}

/** The session of a signed-in person. For what is drawn inside the frame only. */
export const useSignedIn = () => {
  const session = useSession()
  if (session.state !== 'signed_in') throw new Error('useSignedIn without a signed-in person')
  return session
}

/** Takes over a session state that a call has answered with: sign-in, unlock, set-up. */
export const adoptSession = (state: SessionState) => {
  // What one person read must not be seen by the next.
  queryClient.removeQueries({ predicate: ({ queryKey }) => !isSessionKey(queryKey) })
  queryClient.setQueryData(orpc.session.current.queryKey(), state)
}

/** Reads the session again, after a call that ended or locked it. */
export const refreshSession = () => queryClient.invalidateQueries({ queryKey: orpc.session.current.key() })
