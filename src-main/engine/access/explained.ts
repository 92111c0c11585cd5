import type { ExplainedResource } from '#contract/access.ts'
import type { Reader } from '#main/store/interface.ts'
import type { Target } from './access.ts'
import { named, type Owned } from './named.ts'
import { findSubject } from './subject.ts'

interface Place {
  readonly organizationId: string
  readonly occasionId: string | null
}

const findUser = async (read: Reader, userId: string, organizationId: string): Promise<Owned | null> => {
  const { related } = await findSubject(read, { kind: 'user', userId }, organizationId)
  return related ? { organizationId } : null
}

const find = (
  read: Reader,
  { kind, id }: ExplainedResource,
  organizationId: string,
): Promise<Owned | null> => {
  switch (kind) {
    case 'webhook':
      return read.webhooks.get(id)
    case 'api_key':
      return read.apiKeys.get(id)
    case 'event':
      return read.events.get(id, organizationId)
    case 'delivery':
      return read.deliveries.get(id, organizationId)
    case 'connection':
      return read.connections.get(id)
    case 'user':
      return findUser(read, id, organizationId)
  }
}

/**
 * Where a question is asked: in the place, or of a thing under its own occasion, exactly as the operations on
 * that thing ask. A thing of another organization, or of another occasion than the one that was named too, is
 * addressed like one that does not exist.
 */
export const explainedTarget = async (
  read: Reader,
  { organizationId, occasionId }: Place,
  resource: ExplainedResource | undefined,
): Promise<Target> => {
  if (resource === undefined) return { organizationId, occasionId }
  const thing = await find(read, resource, organizationId)
  const elsewhere = occasionId !== null && (thing?.occasionId ?? null) !== occasionId
  const target = named(organizationId, resource.kind, resource.id, elsewhere ? null : thing)
  return { ...target, occasionId: target.occasionId ?? occasionId }
}
