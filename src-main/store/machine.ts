import type { ReadContext, WriteContext } from './context.ts'

/** Why nothing could be sent for a while: no network, the machine slept, or Patchbay did not run. */
export const awayKinds = ['offline', 'asleep', 'stopped'] as const
export type AwayKind = (typeof awayKinds)[number]

export interface AwayPeriod {
  kind: AwayKind
  since: number
  /** Null while it lasts. */
  until: number | null
}

/** `byMs`: forwards, or negative when the clock was set back. `at`: what it showed afterwards. */
export interface ClockJump {
  at: number
  byMs: number
}

export interface MachineReader {
  /** The latest first. */
  listClockJumps(limit: number): Promise<ClockJump[]>
  /** How many are remembered; at most `clockJumpsMax`. */
  countClockJumps(): Promise<number>
  /**
   * Those that ended after `since` or last, in the order of their beginning. A stop is among them once the program runs
   * again.
   */
  listAway(since: number): Promise<AwayPeriod[]>
}
export interface MachineWriter extends MachineReader {
  /** Forgets the oldest beyond `clockJumpsMax`. */
  addClockJump(jump: ClockJump): Promise<void>
  /** Nothing when one of the kind lasts already. */
  beginAway(kind: AwayKind, since: number): Promise<void>
  /** Nothing when none of the kind lasts. A clock that was set back ends it when it began. */
  endAway(kind: AwayKind, until: number): Promise<void>
  /** The program runs at `at`. If it ends without another word, it was stopped from then on. */
  noteRunning(at: number): Promise<void>
  addAway(period: { kind: AwayKind; since: number; until: number }): Promise<void>
  /** Forgets those that ended before. */
  deleteAway(before: number): Promise<void>
}

/** So many jumps are remembered. */
export const clockJumpsMax = 100

export const machineReader = ({ db }: ReadContext): MachineReader => ({
  async listClockJumps(limit) {
    return db
      .selectFrom('clock_jumps')
      .select(['at', 'by_ms as byMs'])
      .orderBy('seq', 'desc')
      .limit(limit)
      .execute()
  },
  async countClockJumps() {
    const { count } = await db
      .selectFrom('clock_jumps')
      .select((select) => select.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    return count
  },
  async listAway(since) {
    return db
      .selectFrom('away_periods')
      .select(['kind', 'since', 'until'])
      .where((where) =>
        where.or([
          where('until', '>', since),
          where.and([where('until', 'is', null), where('kind', '!=', 'stopped')]),
        ]),
      )
      .orderBy('since')
      .execute()
  },
})

export const machineWriter = (context: WriteContext): MachineWriter => {
  const { db, changed } = context
  return {
    ...machineReader(context),
    async addClockJump({ at, byMs }) {
      await db.insertInto('clock_jumps').values({ at, by_ms: byMs }).execute()
      const kept = db.selectFrom('clock_jumps').select('seq').orderBy('seq', 'desc').limit(clockJumpsMax)
      await db.deleteFrom('clock_jumps').where('seq', 'not in', kept).execute()
      changed('status')
    },
    async beginAway(kind, since) {
      const lasting = await db
        .selectFrom('away_periods')
        .select('seq')
        .where('kind', '=', kind)
        .where('until', 'is', null)
        .executeTakeFirst()
      if (lasting !== undefined) return
      await db.insertInto('away_periods').values({ kind, since, until: null }).execute()
      changed('status')
    },
    async endAway(kind, until) {
      const lasting = await db
        .selectFrom('away_periods')
        .select(['seq', 'since'])
        .where('kind', '=', kind)
        .where('until', 'is', null)
        .executeTakeFirst()
      if (lasting === undefined) return
      await db
        .updateTable('away_periods')
        .set({ until: Math.max(until, lasting.since) })
        .where('seq', '=', lasting.seq)
        .execute()
      changed('status')
    },
    async noteRunning(at) {
      const { numUpdatedRows } = await db
        .updateTable('away_periods')
        .set({ since: at })
        .where('kind', '=', 'stopped')
        .where('until', 'is', null)
        .executeTakeFirst()
      if (numUpdatedRows > 0) return
      await db.insertInto('away_periods').values({ kind: 'stopped', since: at, until: null }).execute()
    },
    async addAway(period) {
      await db.insertInto('away_periods').values(period).execute()
      changed('status')
    },
    async deleteAway(before) {
      await db.deleteFrom('away_periods').where('until', '<', before).execute()
    },
  }
}
