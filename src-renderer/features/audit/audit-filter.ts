import { type AuditEntry, auditActorKindSchema } from '#contract/settings.ts'
import { useChoiceParam, useClearParams, useSearchParam } from '#renderer/ui/search-params.ts'
import { timeRangeParams, useTimeRange } from '../events/time-range.ts'

type ActorKind = AuditEntry['actorKind']

const filterNames = ['actor', 'kind', 'action', 'target', 'targetId', ...timeRangeParams] as const
export const actorKinds: readonly ActorKind[] = auditActorKindSchema.options

/** The filters of the audit log, kept in the URL. */
export const useAuditFilter = () => {
  const [actor] = useSearchParam('actor')
  const [actorKind, setActorKind] = useChoiceParam('kind', actorKinds, '')
  const [action, setAction] = useSearchParam('action')
  const [targetKind, setTargetKind] = useSearchParam('target')
  const [targetId, setTargetId] = useSearchParam('targetId')
  const time = useTimeRange()
  const clear = useClearParams(filterNames)
  const filtered = [actor, actorKind, action, targetKind, targetId, time.range].some((value) => value !== '')
  return {
    filter: {
      actor: actor || undefined,
      actorKind: actorKind || undefined,
      action: action || undefined,
      targetKind: targetKind || undefined,
      targetId: targetId.trim() || undefined,
      ...time.limits,
    },
    onClear: filtered ? clear : undefined,
    actorKind: { value: actorKind, set: setActorKind },
    action: { value: action, set: setAction },
    targetKind: { value: targetKind, set: setTargetKind },
    targetId: { value: targetId, set: setTargetId },
    time,
  }
}
export type AuditFilterState = ReturnType<typeof useAuditFilter>
