import { z } from 'zod'
import { type Subject, type TrialChange, trialChangeSchema, trialChangesMax } from '#contract/access.ts'
import { useSearchParam } from '#renderer/ui/search-params.ts'

export type ChangeKind = TrialChange['kind']

/** What a kind of change is called where one is added. */
export const changeLabels: Record<ChangeKind, string> = {
  set_plan: 'Another plan',
  set_workspace_role: 'Another workspace role',
  set_organization_role: 'Another organization role',
  add_membership: 'Add a membership or claim',
  remove_membership: 'Remove a membership or claim',
  set_override: 'Set an override',
  remove_override: 'Remove an override',
  set_switch: 'Turn a switch',
}

/** A change of each kind to start from. */
const firstOf: { readonly [K in ChangeKind]: Extract<TrialChange, { kind: K }> } = {
  set_plan: { kind: 'set_plan', plan: 'enterprise' },
  set_workspace_role: { kind: 'set_workspace_role', workspaceRole: 'admin' },
  set_organization_role: { kind: 'set_organization_role', organizationRole: 'owner' },
  add_membership: {
    kind: 'add_membership',
    source: 'membership',
    workspaceRole: 'manager',
    organizationRole: 'manager',
  },
  remove_membership: { kind: 'remove_membership', source: 'membership' },
  set_override: {
    kind: 'set_override',
    level: 'organization',
    capability: 'api_access',
    effect: 'grant',
    ended: false,
  },
  remove_override: { kind: 'remove_override', level: 'organization', capability: 'api_access' },
  set_switch: { kind: 'set_switch', level: 'organization', name: 'webhooks', on: false },
}
export const newChange = (kind: ChangeKind): TrialChange => firstOf[kind]

const personKinds: readonly ChangeKind[] = [
  'set_workspace_role',
  'set_organization_role',
  'add_membership',
  'remove_membership',
]

const isKind = (text: string): text is ChangeKind => Object.hasOwn(changeLabels, text)

/** The kinds of change that say something about a subject: a key has no roles and no membership. */
export const kindsFor = (subject: Subject): readonly ChangeKind[] =>
  Object.keys(changeLabels)
    .filter(isKind)
    .filter((kind) => subject.kind === 'user' || !personKinds.includes(kind))

/** Each change with a key that stays while its words are chosen: its kind, and which of that kind it is. */
export const withKeys = (changes: readonly TrialChange[]) =>
  changes.map((change, index) => {
    const nth = changes.slice(0, index).filter(({ kind }) => kind === change.kind).length
    return { change, index, key: `${change.kind}-${nth}` }
  })

const changesSchema = z.array(trialChangeSchema).max(trialChangesMax)

const parseChanges = (text: string): TrialChange[] => {
  try {
    return changesSchema.safeParse(JSON.parse(text)).data ?? []
  } catch {
    return []
  }
}

/** The changes to try, kept in the URL so that a question can be sent to somebody else. */
export const useTrialChanges = () => {
  const [text, setText] = useSearchParam('changes')
  const changes = text === '' ? [] : parseChanges(text)
  return {
    changes,
    setChanges: (next: readonly TrialChange[]) => setText(next.length === 0 ? '' : JSON.stringify(next)),
  }
}
