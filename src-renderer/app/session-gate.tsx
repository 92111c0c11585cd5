import { lazy, Suspense } from 'react'
import { useLocation } from 'react-router'
import { Spinner } from '#renderer/ui/spinner.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { Frame } from './frame.tsx'
import { paths } from './paths.ts'
import { useSession } from './session.tsx'

const FirstRunPage = lazy(() => import('#renderer/features/session/first-run-page.tsx'))
const SignInPage = lazy(() => import('#renderer/features/session/sign-in-page.tsx'))
const CodeSignIn = lazy(() => import('#renderer/features/session/code-sign-in.tsx'))
const SetPasswordPage = lazy(() => import('#renderer/features/session/set-password-page.tsx'))
const UnlockPage = lazy(() => import('#renderer/features/session/unlock-page.tsx'))

/** What is drawn until the first page is there. */
export const StartingUp = () => (
  <main className="grid h-full place-items-center">
    <Spinner label="Loading" />
  </main>
)

const useWithoutFrame = () => {
  const session = useSession()
  const { pathname, search } = useLocation()
  const code = pathname === paths.signIn ? new URLSearchParams(search).get('code') : null
  if (session.state === 'not_set_up') return <FirstRunPage />
  if (code) return <CodeSignIn key={code} code={code} />
  if (session.state === 'signed_out') return <SignInPage />
  if (session.state === 'locked') return <UnlockPage user={session.user} demo={session.demo} />
  if (session.state === 'signed_in' && session.needsPassword) return <SetPasswordPage user={session.user} />
  return null
}

/**
 * Draws the frame for a signed-in person; for everybody else the page that their session needs, at the address
 * that they asked for, so that they arrive there afterwards.
 */
export const SessionGate = () => {
  const page = useWithoutFrame()
  if (!page) return <Frame />
  return (
    <Suspense fallback={<StartingUp />}>
      <div className="flex h-full flex-col">
        <ConnectionBanner />
        {page}
      </div>
    </Suspense>
  )
}
