import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { KeyRound, User } from 'lucide-react'
import { useState } from 'react'
import type { Subject } from '#contract/access.ts'
import type { UserListItem } from '#contract/organizations.ts'
import { useDecision } from '#renderer/app/access.tsx'
import { organizationRoleLabels, workspaceRoleLabels } from '#renderer/app/labels.ts'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'
import { Combobox } from '#renderer/ui/combobox.tsx'
import type { FieldIds } from '#renderer/ui/field.tsx'
import { apiKeyStatusLabel } from '#renderer/ui/status-badge.tsx'
import { useDebounced } from '#renderer/ui/use-debounced.ts'
import { subjectId, useSubjectName } from './subject.ts'

const foundMax = 20

/** The roles of a person, and whether they rest on a membership. */
export const standingText = ({
  organizationRole,
  workspaceRole,
  membershipSource,
}: Pick<UserListItem, 'organizationRole' | 'workspaceRole' | 'membershipSource'>) =>
  [
    organizationRole && organizationRoleLabels[organizationRole],
    workspaceRole && workspaceRoleLabels[workspaceRole],
    membershipSource === 'metadata' && 'no membership',
  ]
    .filter(Boolean)
    .join(' · ')

/** The people and keys of the organization that a search finds. */
const useSubjects = (search: string) => {
  const { inOrganization } = useScope()
  const mayViewPeople = useDecision('users.view')?.allowed ?? false
  const mayViewKeys = useDecision('api_keys.view')?.allowed ?? false
  const input = { ...inOrganization, search: search || undefined, limit: foundMax }
  const people = useQuery(
    orpc.users.list.queryOptions({ input, enabled: mayViewPeople, placeholderData: keepPreviousData }),
  )
  const keys = useQuery(
    orpc.apiKeys.list.queryOptions({ input, enabled: mayViewKeys, placeholderData: keepPreviousData }),
  )
  return {
    busy: people.isFetching || keys.isFetching,
    mayViewKeys,
    groups: [
      {
        label: 'People',
        options: (people.data?.items ?? []).map((user) => ({
          value: user.id,
          label: user.name,
          detail: `${user.email} · ${standingText(user)}`,
          icon: User,
        })),
      },
      {
        label: 'API keys',
        options: (keys.data?.items ?? []).map((key) => ({
          value: key.id,
          label: key.name,
          detail: `${apiKeyStatusLabel(key.status)} · ${key.scopes.join(', ')} · ${key.environment}`,
          icon: KeyRound,
        })),
      },
    ],
  }
}

/** Finds a person or a key of the organization by name. */
export const SubjectPicker = ({
  subject,
  onChange,
  className,
  ...ids
}: {
  subject: Subject | null
  onChange: (id: string) => void
  className?: string
} & Partial<FieldIds>) => {
  const [typed, setTyped] = useState('')
  const { groups, busy, mayViewKeys } = useSubjects(useDebounced(typed))
  const name = useSubjectName(subject)
  return (
    <Combobox
      {...ids}
      label="Person or API key"
      searchLabel={mayViewKeys ? 'Search people and keys' : 'Search people'}
      placeholder="Choose a person or key"
      groups={groups}
      value={subject ? subjectId(subject) : ''}
      onValueChange={onChange}
      shown={subject && (name ?? `…${subjectId(subject).slice(-8)}`)}
      search={{ value: typed, onChange: setTyped, busy }}
      note={mayViewKeys ? undefined : 'API keys are listed for those who may view them.'}
      className={className}
    />
  )
}
