import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useNavigate } from 'react-router'
import { paths } from '#renderer/app/paths.ts'
import { adoptSession } from '#renderer/app/session.tsx'
import { client, failureOf } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { ProblemNotice } from '#renderer/ui/problem-notice.tsx'
import { Spinner } from '#renderer/ui/spinner.tsx'
import { EntryLayout } from './entry-layout.tsx'

/** Trades the one-time code of a sign-in address for a session, and takes the code out of the address. */
export default function CodeSignIn({ code }: { code: string }) {
  const navigate = useNavigate()
  const { mutate, error } = useMutation({
    mutationFn: () => client.session.signInWithCode({ code }),
    onSuccess: async (state) => {
      adoptSession(state)
      await navigate(paths.overview, { replace: true })
    },
  })
  const used = useRef(false)
  useEffect(() => {
    // A code works once; a second call would refuse the person who has just come in.
    if (used.current) return
    used.current = true
    mutate()
  }, [mutate])

  return (
    <EntryLayout title="Sign in">
      {error ? (
        <div className="space-y-4">
          <ProblemNotice failure={failureOf(error)} />
          <Button
            look="primary"
            className="w-full"
            onClick={() => void navigate(paths.signIn, { replace: true })}
          >
            Sign in another way
          </Button>
        </div>
      ) : (
        <Spinner label="Signing in" />
      )}
    </EntryLayout>
  )
}
