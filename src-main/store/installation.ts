import type { ReadContext, WriteContext } from './context.ts'

/** Facts about the installation as a whole. Values are text; the engine gives them meaning. */
export const installationKeys = [
  'demo',
  'idle_lock_minutes',
  'data_key_check',
  'clock_seen',
  'integrity_checked_at',
  'metrics_token',
] as const
export type InstallationKey = (typeof installationKeys)[number]

export interface InstallationReader {
  get(key: InstallationKey): Promise<string | null>
}
export interface InstallationWriter extends InstallationReader {
  set(key: InstallationKey, value: string): Promise<void>
}

export const installationReader = ({ db }: ReadContext): InstallationReader => ({
  async get(key) {
    const row = await db.selectFrom('installation').select('value').where('key', '=', key).executeTakeFirst()
    return row?.value ?? null
  },
})

export const installationWriter = (context: WriteContext): InstallationWriter => ({
  ...installationReader(context),
  async set(key, value) {
    await context.db
      .insertInto('installation')
      .values({ key, value })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
      .execute()
    context.changed('settings')
  },
})
