import type { ReadContext, WriteContext } from './context.ts'

/** A host name or CIDR that webhooks of the organization may reach although the network policy blocks it. */
export interface NetworkRuleRecord {
  id: string
  organizationId: string
  target: string
  note: string
  createdAt: number
  createdBy: string
}

export interface NetworkRuleReader {
  list(organizationId: string): Promise<NetworkRuleRecord[]>
}
export interface NetworkRuleWriter extends NetworkRuleReader {
  /** @returns false when the target has a rule already. */
  insert(rule: NetworkRuleRecord): Promise<boolean>
  /** @returns the rule that was there, or null. */
  delete(organizationId: string, id: string): Promise<NetworkRuleRecord | null>
}

const columns = [
  'id',
  'organization_id as organizationId',
  'target',
  'note',
  'created_at as createdAt',
  'created_by as createdBy',
] as const

export const networkRuleReader = ({ db }: ReadContext): NetworkRuleReader => ({
  list: (organizationId) =>
    db
      .selectFrom('network_rules')
      .select(columns)
      .where('organization_id', '=', organizationId)
      .orderBy('target')
      .execute(),
})

export const networkRuleWriter = (context: WriteContext): NetworkRuleWriter => ({
  ...networkRuleReader(context),
  async insert(rule) {
    const result = await context.db
      .insertInto('network_rules')
      .values({
        id: rule.id,
        organization_id: rule.organizationId,
        target: rule.target,
        note: rule.note,
        created_at: rule.createdAt,
        created_by: rule.createdBy,
      })
      .onConflict((conflict) => conflict.columns(['organization_id', 'target']).doNothing())
      .executeTakeFirst()
    context.changed('settings')
    return result.numInsertedOrUpdatedRows === 1n
  },
  async delete(organizationId, id) {
    const row = await context.db
      .deleteFrom('network_rules')
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .returning(columns)
      .executeTakeFirst()
    context.changed('settings')
    return row ?? null
  },
})
