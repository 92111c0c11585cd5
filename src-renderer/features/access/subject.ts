import { useQuery } from '@tanstack/react-query'
import type { Subject } from '#contract/access.ts'
import { apiKeyIdSchema, userIdSchema } from '#contract/ids.ts'
import { useScope } from '#renderer/app/scope.ts'
import { useSignedIn } from '#renderer/app/session.tsx'
import { orpc } from '#renderer/bridge.ts'
import { useSearchParam } from '#renderer/ui/search-params.ts'

/** The subject that an id in the URL names: its prefix tells what it is. */
export const subjectOf = (id: string): Subject | null => {
  if (userIdSchema.safeParse(id).success) return { kind: 'user', userId: id }
  if (apiKeyIdSchema.safeParse(id).success) return { kind: 'api_key', apiKeyId: id }
  return null
}

export const subjectId = (subject: Subject) => (subject.kind === 'user' ? subject.userId : subject.apiKeyId)

/** The subject of the URL; without one the signed-in person, where they belong to the organization. */
export const useSubject = () => {
  const { user } = useSignedIn()
  const { organization } = useScope()
  const belongs = organization.membershipSource !== 'support' && organization.membershipSource !== 'none'
  const [id, setId] = useSearchParam('subject', belongs ? user.id : '')
  return { subject: subjectOf(id), subjectId: id, setSubjectId: setId }
}

/** How a subject is called: what a decision about it says. Undefined until it is known. */
export const useSubjectName = (subject: Subject | null): string | undefined => {
  const { inOrganization } = useScope()
  const { user } = useSignedIn()
  const isSelf = subject?.kind === 'user' && subject.userId === user.id
  const { data } = useQuery(
    orpc.access.explain.queryOptions({
      input: {
        ...inOrganization,
        action: 'hub.open',
        subject: subject ?? { kind: 'user', userId: user.id },
      },
      enabled: subject !== null && !isSelf,
    }),
  )
  if (isSelf) return `${user.name} (you)`
  return subject ? data?.principal.name : undefined
}
