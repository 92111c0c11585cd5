import type { Generated } from 'kysely'
import type { ErasureKind, ErasureState } from '#contract/erasures.ts'
import type { AwayKind } from './machine.ts'

/** The tables of what looks after the installation, as in `schema.ts`. */
export interface UpkeepTables {
  /** How long an organization keeps things, and how far the last pass came. */
  retention: {
    organization_id: string
    /** JSON: `RetentionDays`. */
    days: string
    /** JSON: by kind, the delivery after which the next pass begins. */
    marks: string
    pruned_at: number | null
    /** JSON: `Removed`. */
    removed: string | null
  }
  erasures: {
    id: string
    organization_id: string
    kind: ErasureKind
    path: string | null
    /** The criterion, while it runs. */
    sealed: Buffer | null
    fingerprint: string
    state: ErasureState
    looked: number
    erased: number
    discarded: number
    after_id: string
    before_id: string
    looked_until: number | null
    created_at: number
    created_by: string
    finished_at: number | null
  }
  /** Erased events with deliveries that a request may have been under way for: what it brings is erased, too. */
  erased_in_flight: { event_id: string; at: number }
  operational_notices: { seq: Generated<number>; type: string; subject_id: string; at: number }
  operational_told: { type: string; subject_id: string; about: number }
  /** `by_ms`: how far the clock of the machine jumped, negative when it was set back. */
  clock_jumps: { seq: Generated<number>; at: number; by_ms: number }
  /** Times in which nothing could be sent; `until` is null while it lasts. */
  away_periods: { seq: Generated<number>; kind: AwayKind; since: number; until: number | null }
}
