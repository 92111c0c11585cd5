import { client, failureOf } from '#renderer/bridge.ts'
import { toast } from '#renderer/ui/toast.tsx'
import { refreshSession } from './session.tsx'

const andRefresh = async (call: () => Promise<unknown>) => {
  try {
    await call()
  } catch (error) {
    toast.failure(failureOf(error))
  }
  await refreshSession()
}

/** Ends the session on the host. */
export const signOut = () => andRefresh(() => client.session.signOut())
/** Locks the session: the password is asked before anything else is shown. */
export const lockSession = () => andRefresh(() => client.session.lock())
