import { z } from 'zod'
import { type CredentialName, credentialNameSchema } from '#contract/webhook-credentials.ts'
import type { ReadContext, WriteContext } from './context.ts'

/** What is known of a credential of a webhook; never its value. */
export interface CredentialRecord {
  webhookId: string
  name: CredentialName
  setAt: number
  setBy: string
}

export interface WebhookCredentialReader {
  /** Of the webhooks, by name. */
  list(webhookIds: readonly string[]): Promise<CredentialRecord[]>
}
export interface WebhookCredentialWriter extends WebhookCredentialReader {
  /** Seals the value, bound to webhook and name; takes the place of an earlier one. */
  set(credential: CredentialRecord & { value: string }): Promise<void>
  remove(webhookId: string, names: readonly CredentialName[]): Promise<void>
}

/** A sealed credential opens only under this name and for this webhook. */
export const credentialContext = (webhookId: string, name: string): string => `${webhookId}/${name}`

const recordsSchema = z.array(
  z.object({ webhookId: z.string(), name: credentialNameSchema, setAt: z.number(), setBy: z.string() }),
)

export const webhookCredentialReader = ({ db }: ReadContext): WebhookCredentialReader => ({
  async list(webhookIds) {
    if (webhookIds.length === 0) return []
    const rows = await db
      .selectFrom('webhook_credentials')
      .select(['webhook_id as webhookId', 'name', 'set_at as setAt', 'set_by as setBy'])
      .where('webhook_id', 'in', webhookIds)
      .orderBy('webhook_id')
      .orderBy('name')
      .execute()
    return recordsSchema.parse(rows)
  },
})

export const webhookCredentialWriter = (context: WriteContext): WebhookCredentialWriter => {
  const { db, cipher, changed } = context
  return {
    ...webhookCredentialReader(context),
    async set({ webhookId, name, value, setAt, setBy }) {
      const row = {
        sealed: cipher.seal(value, credentialContext(webhookId, name)),
        set_at: setAt,
        set_by: setBy,
      }
      await db
        .insertInto('webhook_credentials')
        .values({ webhook_id: webhookId, name, ...row })
        .onConflict((conflict) => conflict.columns(['webhook_id', 'name']).doUpdateSet(row))
        .execute()
      changed('webhooks')
    },
    async remove(webhookId, names) {
      if (names.length === 0) return
      await db
        .deleteFrom('webhook_credentials')
        .where('webhook_id', '=', webhookId)
        .where('name', 'in', names)
        .execute()
      changed('webhooks')
    },
  }
}
