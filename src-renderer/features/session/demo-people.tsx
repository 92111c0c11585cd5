import { useMutation, useQuery } from '@tanstack/react-query'
import { ChevronRight } from 'lucide-react'
import { adoptSession } from '#renderer/app/session.tsx'
import { client, failureOf, orpc } from '#renderer/bridge.ts'
import { ProblemNotice } from '#renderer/ui/problem-notice.tsx'
import { LoadingBlock } from '#renderer/ui/skeleton.tsx'

/** The people of the demo workspace; a click signs in as one of them. */
export const DemoPeople = () => {
  const people = useQuery(orpc.session.demoPeople.queryOptions())
  const signInAs = useMutation({
    mutationFn: (userId: string) => client.session.signInAs({ userId }),
    onSuccess: adoptSession,
  })
  if (people.isPending) return <LoadingBlock label="Loading the people of the demo" />
  if (people.isError) {
    return <ProblemNotice failure={failureOf(people.error)} onRetry={() => void people.refetch()} />
  }
  return (
    <>
      <ul className="-mx-2">
        {people.data.map(({ userId, name, description }) => (
          <li key={userId}>
            <button
              type="button"
              disabled={signInAs.isPending}
              onClick={() => signInAs.mutate(userId)}
              className="flex w-full items-center gap-3 rounded-md px-2 py-1.5 text-start hover:bg-hover focus-visible:-outline-offset-2"
            >
              <span className="min-w-0 flex-1">
                <span className="block font-medium">{name}</span>
                <span className="block text-xs text-muted">{description}</span>
              </span>
              <ChevronRight aria-hidden className="size-4 shrink-0 text-muted" />
            </button>
          </li>
        ))}
      </ul>
      {signInAs.isError && <ProblemNotice failure={failureOf(signInAs.error)} />}
    </>
  )
}
