import { z } from 'zod'
import type { Notification } from '#contract/notifications.ts'
import type { ReadContext, WriteContext } from './context.ts'

/** Something to tell. Of what has the same subject and occurrence there is one, which counts. */
export interface NewNotification extends Pick<Notification, 'organizationId' | 'type' | 'subjectId' | 'at'> {
  occurrence: string
  data: Readonly<Record<string, unknown>>
}

export interface NotificationReader {
  /** The newest of an organization, latest first. */
  list(organizationId: string, limit: number): Promise<Notification[]>
  /** As above, of all organizations and of the installation. */
  listAll(limit: number): Promise<Notification[]>
}
export interface NotificationWriter extends NotificationReader {
  /** Forgets the oldest of the same organization beyond `notificationsKept`. */
  add(notification: NewNotification): Promise<void>
}

/** Of each organization, and of the installation. */
export const notificationsKept = 200

const dataSchema = z.record(z.string(), z.unknown())

export const notificationReader = ({ db }: ReadContext): NotificationReader => {
  const newest = (limit: number) =>
    db
      .selectFrom('notifications')
      .leftJoin('organizations', 'organizations.id', 'notifications.organization_id')
      .select([
        'notifications.seq',
        'notifications.organization_id as organizationId',
        'organizations.name as organizationName',
        'notifications.type',
        'notifications.subject_id as subjectId',
        'notifications.data',
        'notifications.count',
        'notifications.at',
      ])
      .orderBy('notifications.seq', 'desc')
      .limit(limit)
  const parsed = (rows: Awaited<ReturnType<ReturnType<typeof newest>['execute']>>): Notification[] =>
    rows.map((row) => ({ ...row, data: dataSchema.parse(JSON.parse(row.data)) }))
  return {
    async list(organizationId, limit) {
      return parsed(await newest(limit).where('notifications.organization_id', '=', organizationId).execute())
    },
    async listAll(limit) {
      return parsed(await newest(limit).execute())
    },
  }
}

export const notificationWriter = (context: WriteContext): NotificationWriter => {
  const { db, changed } = context

  const prune = async (organizationId: string | null): Promise<void> => {
    const last = await db
      .selectFrom('notifications')
      .select('seq')
      .where('organization_id', organizationId === null ? 'is' : '=', organizationId)
      .orderBy('seq', 'desc')
      .offset(notificationsKept)
      .limit(1)
      .executeTakeFirst()
    if (last === undefined) return
    await db
      .deleteFrom('notifications')
      .where('organization_id', organizationId === null ? 'is' : '=', organizationId)
      .where('seq', '<=', last.seq)
      .execute()
  }

  return {
    ...notificationReader(context),
    async add({ organizationId, type, subjectId, occurrence, data, at }) {
      await db
        .insertInto('notifications')
        .values({
          organization_id: organizationId,
          type,
          subject_id: subjectId,
          occurrence,
          data: JSON.stringify(data),
          count: 1,
          at,
        })
        .onConflict((conflict) =>
          conflict.columns(['type', 'subject_id', 'occurrence']).doUpdateSet((update) => ({
            data: JSON.stringify(data),
            count: update('notifications.count', '+', 1),
            at,
          })),
        )
        .execute()
      await prune(organizationId)
      changed('notifications')
    },
  }
}
