import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { procedure } from './procedure.ts'

/** What can change. A write names what it changed; the console fetches again what reads it. */
export const topics = [
  'sessions',
  'organizations',
  'users',
  'capabilities',
  'kill_switches',
  'api_keys',
  /** Who calls with which key, and when last: no decision reads it. */
  'api_key_uses',
  'connections',
  'webhooks',
  'events',
  'deliveries',
  'settings',
  /** How long things are kept, and what is erased. */
  'retention',
  'expectations',
  'audit',
  'notifications',
  'status',
] as const
export const topicSchema = z.enum(topics)
export type Topic = z.infer<typeof topicSchema>

export const changeSchema = z.object({ topics: z.array(topicSchema) })

export const liveContract = {
  /** Stays open. At most a few messages a second, however much changes. */
  changes: procedure('signed_in').output(eventIterator(changeSchema)),
}
