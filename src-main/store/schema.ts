import type { Generated } from 'kysely'
import type { Action } from '#contract/actions.ts'
import type { ConnectionDeed } from '#contract/connections.ts'
import type { ErrorCode } from '#contract/errors.ts'
import type { Expected } from '#contract/expectations.ts'
import type { RecoveryState } from '#contract/recoveries.ts'
import type { ReleaseState } from '#contract/releases.ts'
import type { AuditActorKind } from '#contract/settings.ts'
import type {
  Capability,
  Environment,
  Gate,
  HeldReason,
  KillSwitch,
  OrganizationRole,
  OverrideEffect,
  Plan,
  WorkspaceRole,
} from '#contract/vocabulary.ts'
import type { ProbeState } from '#contract/webhook-probes.ts'
import type { DeliveryTables } from './schema-delivery.ts'
import type { UpkeepTables } from './schema-upkeep.ts'

/**
 * The tables, column by column. Times are Unix ms, booleans are 0 or 1, JSON is text.
 * `STRICT` tables and the constraints of the migrations hold what the types here say.
 */
export interface Tables extends DeliveryTables, UpkeepTables {
  installation: { key: string; value: string }
  organizations: { id: string; name: string; plan: Plan; created_at: number }
  occasions: {
    id: string
    organization_id: string
    name: string
    venue: string
    starts_at: number
    ends_at: number
    archived_at: number | null
    created_at: number
  }
  users: {
    id: string
    name: string
    email: string
    password_hash: string | null
    status: 'active' | 'disabled'
    platform_admin: number
    created_at: number
    last_sign_in_at: number | null
    invited_at: Generated<number | null>
  }
  user_organizations: {
    user_id: string
    organization_id: string
    organization_role: OrganizationRole
    workspace_role: WorkspaceRole
    created_at: number
  }
  sign_in_claims: {
    user_id: string
    organization_id: string
    workspace_role: WorkspaceRole
    organization_role: OrganizationRole | null
  }
  sessions: {
    id: string
    token_hash: Buffer
    user_id: string
    created_at: number
    last_seen_at: number
    expires_at: number
    locked_at: number | null
    address: string
    user_agent: string
  }
  sign_in_codes: { code_hash: Buffer; user_id: string | null; expires_at: number; used_at: number | null }
  capability_overrides: {
    id: string
    organization_id: string
    occasion_id: string | null
    capability: Capability
    effect: OverrideEffect
    ends_at: number | null
    note: string
    created_at: number
    created_by: string
    end_recorded_at: Generated<number | null>
  }
  /** A row means off. `organization_id` is `''` for the platform. */
  kill_switches: {
    name: KillSwitch
    organization_id: string
    reason: string
    switched_off_by: string
    switched_off_at: number
  }
  api_keys: {
    id: string
    organization_id: string
    name: string
    description: string
    environment: Environment
    scopes: string
    prefix: string
    secret_hash: Buffer
    created_at: number
    created_by: string
    not_before: number | null
    expires_at: number | null
    disabled_at: number | null
    revoked_at: number | null
    allowed_addresses: string | null
    rate_limit_per_minute: number | null
    last_used_at: number | null
    last_used_address: string | null
    last_used_route: string | null
    replaces: string | null
    replaced_by: string | null
  }
  /** Calls with a key by hour, so that its chart reads no callers. */
  api_key_hours: { api_key_id: string; hour: number; calls: number; refused: number }
  /** Calls with a key by day (UTC), route and address. */
  api_key_callers: {
    api_key_id: string
    day: number
    route: string
    address: string
    calls: number
    refused: number
    last_at: number
  }
  connections: {
    id: string
    organization_id: string
    occasion_id: string | null
    connector_id: string
    enabled: number
    /** JSON: what the connector stored itself. */
    metadata: string
    connected_at: number
    connected_by: string
    disconnected_at: number | null
    /** JSON: the values of the fields that are not secret. */
    configuration: string
    /** JSON: the names of the connector's actions that it may do. */
    grants: string
    check_status: 'ok' | 'failing' | null
    check_reason: string | null
    checked_at: number | null
  }
  connection_secrets: { connection_id: string; field: string; sealed: Buffer; tail: string }
  connection_history: {
    seq: Generated<number>
    connection_id: string
    organization_id: string
    occasion_id: string | null
    connector_id: string
    deed: ConnectionDeed
    at: number
    done_by: string
    detail: string
  }
  recoveries: {
    id: string
    organization_id: string
    webhook_id: string
    since: number
    until: number
    /** JSON: a list. */
    statuses: string
    /** JSON: a list; null for all. */
    event_types: string | null
    /** Where it replays to; null: to the webhook itself. */
    url: string | null
    state: RecoveryState
    state_reason: string | null
    canary_delivery_id: string | null
    total: number
    queued: number
    after_id: string
    before_id: string
    created_at: number
    created_by: string
    finished_at: number | null
  }
  recovery_deliveries: { recovery_id: string; delivery_id: string }
  releases: {
    id: string
    organization_id: string
    webhook_id: string
    reason: HeldReason | null
    per_second: number
    total: number
    released: number
    state: ReleaseState
    state_reason: string | null
    after_id: string | null
    stepped_at: number
    created_at: number
    created_by: string
    finished_at: number | null
  }
  network_rules: {
    id: string
    organization_id: string
    target: string
    note: string
    created_at: number
    created_by: string
  }
  /** `organization_id` is null for the installation; `occurrence` tells one from the next of the same subject. */
  notifications: {
    seq: Generated<number>
    organization_id: string | null
    type: string
    subject_id: string
    occurrence: string
    /** JSON: the data of the operational event. */
    data: string
    /** How often it happened in this occurrence. */
    count: number
    at: number
  }
  webhook_probes: {
    webhook_id: string
    delivery_id: string
    /** The held delivery whose event it sends; null when it sends an example. */
    held_delivery_id: string | null
    state: ProbeState
    started_at: number
    started_by: string
    finished_at: number | null
  }
  expectations: {
    id: string
    organization_id: string
    occasion_id: string | null
    subject_kind: 'user' | 'api_key'
    subject_id: string
    subject_name: string
    action: Action
    expected: Expected
    note: string
    created_at: number
    created_by: string
    last_run_at: number
    /** What the latest run found, from here on. */
    passed: number
    decided_by: Gate | null
    code: ErrorCode | null
    fact: string
  }
  audit: {
    seq: Generated<number>
    id: string
    at: number
    organization_id: string | null
    actor_kind: AuditActorKind
    actor_id: string | null
    actor_name: string
    action: string
    target_kind: string
    target_id: string | null
    before: string | null
    after: string | null
    address: string | null
    previous_hash: Buffer
    hash: Buffer
  }
  /** One row: number and hash of the last entry, sealed with the data key. */
  audit_end: { id: 1; sealed: Buffer }
}
