import type { Selectable } from 'kysely'
import type { KillSwitch } from '#contract/vocabulary.ts'
import type { ReadContext, WriteContext } from './context.ts'
import type { Tables } from './schema.ts'

/** A switch that is off, for the platform (`organizationId` null) or for one organization. */
export interface SwitchedOff {
  name: KillSwitch
  organizationId: string | null
  reason: string
  by: string
  at: number
}

export interface KillSwitchReader {
  /** The switches that are off for the platform or for the organization. */
  listOff(organizationId: string | null): Promise<SwitchedOff[]>
}
export interface KillSwitchWriter extends KillSwitchReader {
  switchOff(off: SwitchedOff): Promise<void>
  switchOn(name: KillSwitch, organizationId: string | null): Promise<void>
}

const platform = ''
const listOffText = `SELECT * FROM kill_switches WHERE organization_id IN ('${platform}', ?)`

type SwitchRow = Selectable<Tables['kill_switches']>

const toSwitchedOff = (row: SwitchRow): SwitchedOff => ({
  name: row.name,
  organizationId: row.organization_id === platform ? null : row.organization_id,
  reason: row.reason,
  by: row.switched_off_by,
  at: row.switched_off_at,
})

export const killSwitchReader = ({ statements }: ReadContext): KillSwitchReader => ({
  async listOff(organizationId) {
    const rows = statements.all<SwitchRow>(listOffText, organizationId ?? platform)
    return rows.map(toSwitchedOff)
  },
})

export const killSwitchWriter = (context: WriteContext): KillSwitchWriter => ({
  ...killSwitchReader(context),
  async switchOff({ name, organizationId, reason, by, at }) {
    const values = { reason, switched_off_by: by, switched_off_at: at }
    await context.db
      .insertInto('kill_switches')
      .values({ name, organization_id: organizationId ?? platform, ...values })
      .onConflict((conflict) => conflict.columns(['name', 'organization_id']).doUpdateSet(values))
      .execute()
    context.changed('kill_switches')
  },
  async switchOn(name, organizationId) {
    await context.db
      .deleteFrom('kill_switches')
      .where('name', '=', name)
      .where('organization_id', '=', organizationId ?? platform)
      .execute()
    context.changed('kill_switches')
  },
})
