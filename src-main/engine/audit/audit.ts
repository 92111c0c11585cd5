import type { Writer } from '#main/store/interface.ts'
import type { Principal } from '../access/facts.ts'
import type { Clock } from '../clock.ts'
import type { Ids } from '../ids.ts'
import type { Caller } from '../operation.ts'

/** One thing that somebody did. `before` and `after` are redacted by whoever records: no secret may be in them. */
export interface AuditFact {
  readonly action: string
  readonly organizationId: string | null
  readonly targetKind: string
  readonly targetId: string | null
  readonly before?: unknown
  readonly after?: unknown
}

/** Appends to the hash-chained audit log, inside the transaction of the change that it tells of. */
export interface AuditTrail {
  record(writer: Writer, caller: Caller | 'program', fact: AuditFact): Promise<void>
}

interface Actor {
  readonly actorKind: 'user' | 'api_key' | 'operator' | 'program'
  readonly actorId: string | null
  readonly actorName: string
}

const program: Actor = { actorKind: 'program', actorId: null, actorName: 'Patchbay' }

const actorOf = (principal: Principal): Actor => {
  switch (principal.kind) {
    case 'user':
    case 'api_key':
      return { actorKind: principal.kind, actorId: principal.id, actorName: principal.name }
    case 'operator':
      return { actorKind: 'operator', actorId: null, actorName: principal.name }
    case 'anonymous':
    case 'unknown_key':
      return program
  }
}

const toJson = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value))

export const createAuditTrail = (clock: Clock, ids: Ids): AuditTrail => ({
  async record(writer, caller, { action, organizationId, targetKind, targetId, before, after }) {
    const at = clock.now()
    await writer.audit.append({
      // Lists go by the ids: they must hold the time of the entry.
      id: ids.next('aud', at),
      at,
      organizationId,
      ...(caller === 'program' ? program : actorOf(caller.principal)),
      action,
      targetKind,
      targetId,
      before: toJson(before),
      after: toJson(after),
      address: caller === 'program' ? null : caller.address,
    })
  },
})
