import type { Generated } from 'kysely'
import type {
  DeliveryKind,
  DeliveryStatus,
  ErrorClass,
  HeldReason,
  WebhookStatus,
} from '#contract/vocabulary.ts'

/** The tables of webhooks, events and their deliveries, as in `schema.ts`. */
export interface DeliveryTables {
  webhooks: {
    id: string
    organization_id: string
    occasion_id: string | null
    name: string
    url: string
    events: string
    status: WebhookStatus
    status_reason: string | null
    status_changed_at: number | null
    timeout_ms: number
    concurrency: number
    schedule_ms: string | null
    created_at: number
    created_by: string
    deleted_at: number | null
    last_attempt_at: number | null
    last_success_at: number | null
    /**
     * What becomes of what was held when it became active. 1: it stays held until it is released by hand. 0: it is being
     * released. Null: that is over.
     */
    keeps_held: Generated<number | null>
    /** Start of the present run of nothing but failures; null after a success. */
    failing_since: number | null
    consecutive_failures: number
    /** JSON: `WebhookOptions`; absent ones have their defaults. */
    options: Generated<string>
    /** Set while the circuit breaker is not closed, with the numbers that opened it. */
    breaker_opened_at: Generated<number | null>
    /** Null while a probe is under way. */
    breaker_probe_at: Generated<number | null>
    breaker_failed: Generated<number | null>
    breaker_requests: Generated<number | null>
    /** When the token endpoint may be asked again; in the past, or null, when it may be. */
    token_paused_until: Generated<number | null>
    /** Why it may not. */
    token_error_class: Generated<ErrorClass | null>
    token_error_message: Generated<string | null>
    /**
     * 1: its deliveries go one after the other. Negative: they will, once those that wait have got their places; it is
     * the time of that wish, negated. Null: it has no order.
     */
    ordered: Generated<number | null>
  }
  shapes: {
    /** Made of what it says. */
    id: string
    /** JSON: `Shape`. */
    shape: string
  }
  webhook_secrets: {
    id: string
    webhook_id: string
    sealed: Buffer
    tail: string
    /** `whpk_…` of an ed25519 key; null for HMAC. */
    public_key: string | null
    created_at: number
    expires_at: number | null
  }
  webhook_credentials: {
    webhook_id: string
    name: string
    sealed: Buffer
    set_at: number
    set_by: string
  }
  events: {
    seq: Generated<number>
    id: string
    organization_id: string
    occasion_id: string | null
    type: string
    /** The exact bytes that are signed and sent, as UTF-8 text. */
    body: string
    size_bytes: number
    occurred_at: number
    accepted_at: number
    api_key_id: string | null
    idempotency_key: string | null
    test: number
    /** Then only a tombstone is left of it. */
    erased_at: Generated<number | null>
  }
  idempotency_keys: {
    organization_id: string
    key: string
    request_hash: Buffer
    event_id: string
    deliveries: number
    expires_at: number
  }
  deliveries: {
    id: string
    organization_id: string
    occasion_id: string | null
    event_id: string
    webhook_id: string
    kind: DeliveryKind
    status: DeliveryStatus
    held_reason: HeldReason | null
    attempts: number
    created_at: number
    /** When the next attempt is due; null once there will be none. */
    due_at: number | null
    lease_owner: string | null
    lease_until: number | null
    finished_at: number | null
    last_status_code: number | null
    last_error_class: ErrorClass | null
    /** Null: all secrets of the webhook sign. */
    signed_with: Generated<'newest' | null>
    /** Set exactly on replays: where it goes instead. */
    replay_url: Generated<string | null>
    /** 1: it has its place in the order of its webhook. */
    ordered: Generated<1 | null>
  }
  attempts: {
    seq: Generated<number>
    id: string
    delivery_id: string
    number: number
    started_at: number
    finished_at: number
    url: string
    status_code: number | null
    error_class: ErrorClass | null
    error_message: string | null
    /** JSON: request and response headers, phases, addresses, TLS, secret ids. */
    detail: string
    response_body: Buffer | null
    response_body_truncated: number
    next_attempt_at: number | null
    next_attempt_reason: string | null
  }
  /** Attempts by webhook and hour, so that charts do not read attempts. */
  attempt_hours: {
    webhook_id: string
    hour: number
    organization_id: string
    occasion_id: string | null
    delivered: number
    failed: number
    /** JSON: counts by power-of-two bucket of the total ms. */
    latency: string
  }
  /** Accepted events by organization, occasion (`''` for none) and hour. */
  event_hours: { organization_id: string; occasion_id: string; hour: number; accepted: number }
}
