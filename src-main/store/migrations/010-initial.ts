import type { Migration } from './migration.ts'

/** The first schema. Deliveries keep room for leases, holding and per-webhook failure state. */
export const initial: Migration = {
  number: 10,
  name: 'initial',
  statements: ({ integer, blob, sequence, strict, withoutRowid }) => [
    `CREATE TABLE installation (key TEXT PRIMARY KEY, value TEXT NOT NULL)${strict}`,

    `CREATE TABLE organizations (
      id TEXT PRIMARY KEY, name TEXT NOT NULL, plan TEXT NOT NULL, created_at ${integer} NOT NULL
    )${strict}`,
    `CREATE UNIQUE INDEX organizations_by_name ON organizations (name)`,

    `CREATE TABLE occasions (
      id TEXT PRIMARY KEY,
      organization_id TEXT NOT NULL REFERENCES organizations (id),
      name TEXT NOT NULL, venue TEXT NOT NULL,
      starts_at ${integer} NOT NULL, ends_at ${integer} NOT NULL,
      archived_at ${integer}, created_at ${integer} NOT NULL
    )${strict}`,
    `CREATE INDEX occasions_by_organization ON occasions (organization_id, starts_at)`,

    `CREATE TABLE users (
      id TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL UNIQUE, password_hash TEXT,
      status TEXT NOT NULL CHECK (status IN ('active', 'disabled')),
      platform_admin ${integer} NOT NULL DEFAULT 0,
      created_at ${integer} NOT NULL, last_sign_in_at ${integer}
    )${strict}`,

    `CREATE TABLE user_organizations (
      user_id TEXT NOT NULL REFERENCES users (id),
      organization_id TEXT NOT NULL REFERENCES organizations (id),
      organization_role TEXT NOT NULL, workspace_role TEXT NOT NULL, created_at ${integer} NOT NULL,
      PRIMARY KEY (organization_id, user_id)
    )${withoutRowid}`,
    `CREATE INDEX user_organizations_by_user ON user_organizations (user_id)`,

    `CREATE TABLE sign_in_claims (
      user_id TEXT NOT NULL REFERENCES users (id),
      organization_id TEXT NOT NULL REFERENCES organizations (id),
      workspace_role TEXT NOT NULL, organization_role TEXT,
      PRIMARY KEY (organization_id, user_id)
    )${withoutRowid}`,
    `CREATE INDEX sign_in_claims_by_user ON sign_in_claims (user_id)`,

    `CREATE TABLE sessions (
      id TEXT PRIMARY KEY, token_hash ${blob} NOT NULL UNIQUE,
      user_id TEXT NOT NULL REFERENCES users (id),
      created_at ${integer} NOT NULL, last_seen_at ${integer} NOT NULL, expires_at ${integer} NOT NULL,
      locked_at ${integer}, address TEXT NOT NULL, user_agent TEXT NOT NULL
    )${strict}`,
    `CREATE INDEX sessions_by_user ON sessions (user_id)`,
    `CREATE INDEX sessions_by_end ON sessions (expires_at)`,

    `CREATE TABLE sign_in_codes (
      code_hash ${blob} PRIMARY KEY, user_id TEXT REFERENCES users (id),
      expires_at ${integer} NOT NULL, used_at ${integer}
    )${strict}`,

    `CREATE TABLE capability_overrides (
      id TEXT PRIMARY KEY,
      organization_id TEXT NOT NULL REFERENCES organizations (id),
      occasion_id TEXT REFERENCES occasions (id),
      capability TEXT NOT NULL, effect TEXT NOT NULL CHECK (effect IN ('grant', 'deny')),
      ends_at ${integer}, note TEXT NOT NULL, created_at ${integer} NOT NULL, created_by TEXT NOT NULL
    )${strict}`,
    `CREATE UNIQUE INDEX capability_overrides_by_scope
      ON capability_overrides (organization_id, coalesce(occasion_id, ''), capability)`,

    `CREATE TABLE kill_switches (
      name TEXT NOT NULL, organization_id TEXT NOT NULL,
      reason TEXT NOT NULL, switched_off_by TEXT NOT NULL, switched_off_at ${integer} NOT NULL,
      PRIMARY KEY (name, organization_id)
    )${withoutRowid}`,

    `CREATE TABLE api_keys (
      id TEXT PRIMARY KEY,
      organization_id TEXT NOT NULL REFERENCES organizations (id),
      name TEXT NOT NULL, description TEXT NOT NULL, environment TEXT NOT NULL,
      scopes TEXT NOT NULL, prefix TEXT NOT NULL, secret_hash ${blob} NOT NULL UNIQUE,
      created_at ${integer} NOT NULL, created_by TEXT NOT NULL,
      not_before ${integer}, expires_at ${integer}, disabled_at ${integer}, revoked_at ${integer},
      allowed_addresses TEXT, rate_limit_per_minute ${integer},
      last_used_at ${integer}, last_used_address TEXT, last_used_route TEXT
    )${strict}`,
    `CREATE INDEX api_keys_by_organization ON api_keys (organization_id, id)`,

    `CREATE TABLE connections (
      id TEXT PRIMARY KEY,
      organization_id TEXT NOT NULL REFERENCES organizations (id),
      occasion_id TEXT REFERENCES occasions (id),
      connector_id TEXT NOT NULL, enabled ${integer} NOT NULL, metadata TEXT NOT NULL,
      connected_at ${integer} NOT NULL, connected_by TEXT NOT NULL, disconnected_at ${integer}
    )${strict}`,
    `CREATE INDEX connections_by_organization ON connections (organization_id, connector_id)`,

    `CREATE TABLE webhooks (
      id TEXT PRIMARY KEY,
      organization_id TEXT NOT NULL REFERENCES organizations (id),
      occasion_id TEXT REFERENCES occasions (id),
      name TEXT NOT NULL, url TEXT NOT NULL, events TEXT NOT NULL,
      status TEXT NOT NULL CHECK (status IN ('active', 'paused', 'disabled', 'suspended')),
      status_reason TEXT, status_changed_at ${integer},
      timeout_ms ${integer} NOT NULL, concurrency ${integer} NOT NULL, schedule_ms TEXT,
      created_at ${integer} NOT NULL, created_by TEXT NOT NULL, deleted_at ${integer},
      last_attempt_at ${integer}, last_success_at ${integer},
      failing_since ${integer}, consecutive_failures ${integer} NOT NULL DEFAULT 0
    )${strict}`,
    `CREATE INDEX webhooks_by_organization ON webhooks (organization_id, id) WHERE deleted_at IS NULL`,

    `CREATE TABLE webhook_secrets (
      id TEXT PRIMARY KEY,
      webhook_id TEXT NOT NULL REFERENCES webhooks (id),
      sealed ${blob} NOT NULL, tail TEXT NOT NULL,
      created_at ${integer} NOT NULL, expires_at ${integer}
    )${strict}`,
    `CREATE INDEX webhook_secrets_by_webhook ON webhook_secrets (webhook_id)`,

    `CREATE TABLE events (
      seq ${sequence}, id TEXT NOT NULL UNIQUE,
      organization_id TEXT NOT NULL REFERENCES organizations (id),
      occasion_id TEXT REFERENCES occasions (id),
      type TEXT NOT NULL, body TEXT NOT NULL, size_bytes ${integer} NOT NULL,
      occurred_at ${integer} NOT NULL, accepted_at ${integer} NOT NULL,
      api_key_id TEXT REFERENCES api_keys (id), idempotency_key TEXT, test ${integer} NOT NULL DEFAULT 0
    )${strict}`,
    `CREATE INDEX events_by_organization ON events (organization_id, id)`,
    `CREATE INDEX events_by_type ON events (organization_id, type, id)`,
    `CREATE INDEX events_by_occasion ON events (occasion_id, id) WHERE occasion_id IS NOT NULL`,

    `CREATE TABLE idempotency_keys (
      organization_id TEXT NOT NULL, key TEXT NOT NULL, request_hash ${blob} NOT NULL,
      event_id TEXT NOT NULL, deliveries ${integer} NOT NULL, expires_at ${integer} NOT NULL,
      PRIMARY KEY (organization_id, key)
    )${withoutRowid}`,
    `CREATE INDEX idempotency_keys_by_end ON idempotency_keys (expires_at)`,

    `CREATE TABLE deliveries (
      id TEXT PRIMARY KEY,
      organization_id TEXT NOT NULL, occasion_id TEXT, event_id TEXT NOT NULL, webhook_id TEXT NOT NULL,
      kind TEXT NOT NULL,
      status TEXT NOT NULL CHECK
        (status IN ('waiting', 'sending', 'delivered', 'exhausted', 'held', 'discarded')),
      held_reason TEXT, attempts ${integer} NOT NULL DEFAULT 0, created_at ${integer} NOT NULL,
      due_at ${integer}, lease_owner TEXT, lease_until ${integer}, finished_at ${integer},
      last_status_code ${integer}, last_error_class TEXT,
      CHECK ((status = 'waiting') = (due_at IS NOT NULL)),
      CHECK ((status = 'sending') = (lease_owner IS NOT NULL)),
      CHECK ((status = 'held') = (held_reason IS NOT NULL))
    )${withoutRowid}`,
    `CREATE INDEX deliveries_due ON deliveries (webhook_id, due_at) WHERE status = 'waiting'`,
    `CREATE INDEX deliveries_leased ON deliveries (lease_until) WHERE status = 'sending'`,
    `CREATE INDEX deliveries_by_organization ON deliveries (organization_id, id)`,
    `CREATE INDEX deliveries_by_webhook ON deliveries (webhook_id, id)`,
    `CREATE INDEX deliveries_by_event ON deliveries (event_id)`,
    `CREATE INDEX deliveries_by_occasion ON deliveries (occasion_id, id) WHERE occasion_id IS NOT NULL`,
    `CREATE INDEX deliveries_open ON deliveries (organization_id, status, id, occasion_id)
      WHERE status IN ('waiting', 'sending')`,
    `CREATE INDEX deliveries_held ON deliveries (webhook_id, id) WHERE status = 'held'`,
    `CREATE INDEX deliveries_ended_badly ON deliveries (organization_id, status, id, occasion_id)
      WHERE status IN ('exhausted', 'held', 'discarded')`,

    `CREATE TABLE attempts (
      seq ${sequence}, id TEXT NOT NULL, delivery_id TEXT NOT NULL, number ${integer} NOT NULL,
      started_at ${integer} NOT NULL, finished_at ${integer} NOT NULL, url TEXT NOT NULL,
      status_code ${integer}, error_class TEXT, error_message TEXT, detail TEXT NOT NULL,
      response_body ${blob}, response_body_truncated ${integer} NOT NULL,
      next_attempt_at ${integer}, next_attempt_reason TEXT
    )${strict}`,
    `CREATE UNIQUE INDEX attempts_by_delivery ON attempts (delivery_id, number)`,

    `CREATE TABLE attempt_hours (
      webhook_id TEXT NOT NULL, hour ${integer} NOT NULL,
      organization_id TEXT NOT NULL, occasion_id TEXT,
      delivered ${integer} NOT NULL, failed ${integer} NOT NULL, latency TEXT NOT NULL,
      PRIMARY KEY (webhook_id, hour)
    )${withoutRowid}`,
    `CREATE INDEX attempt_hours_by_organization ON attempt_hours (organization_id, hour)`,

    `CREATE TABLE event_hours (
      organization_id TEXT NOT NULL, occasion_id TEXT NOT NULL, hour ${integer} NOT NULL,
      accepted ${integer} NOT NULL,
      PRIMARY KEY (organization_id, hour, occasion_id)
    )${withoutRowid}`,

    `CREATE TABLE network_rules (
      id TEXT PRIMARY KEY,
      organization_id TEXT NOT NULL REFERENCES organizations (id),
      target TEXT NOT NULL, note TEXT NOT NULL, created_at ${integer} NOT NULL, created_by TEXT NOT NULL
    )${strict}`,
    `CREATE UNIQUE INDEX network_rules_by_target ON network_rules (organization_id, target)`,

    `CREATE TABLE audit (
      seq ${sequence}, id TEXT NOT NULL UNIQUE, at ${integer} NOT NULL, organization_id TEXT,
      actor_kind TEXT NOT NULL, actor_id TEXT, actor_name TEXT NOT NULL,
      action TEXT NOT NULL, target_kind TEXT NOT NULL, target_id TEXT,
      before TEXT, after TEXT, address TEXT,
      previous_hash ${blob} NOT NULL, hash ${blob} NOT NULL
    )${strict}`,
    `CREATE INDEX audit_by_organization ON audit (organization_id, seq)`,
  ],
}
