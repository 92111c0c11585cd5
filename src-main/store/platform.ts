import { type SqlBool, sql } from 'kysely'
import { platformOrganizationId } from '#contract/ids.ts'
import type { WebhookStatus } from '#contract/vocabulary.ts'
import type { ReadContext } from './context.ts'
import type { SwitchedOff } from './kill-switches.ts'
import type { OrganizationRecord } from './organizations.ts'
import { containing } from './text-search.ts'
import { toWebhook, type WebhookRecord } from './webhooks.ts'

/** What hangs on an organization. */
export interface OrganizationCounts {
  occasions: number
  /** Overrides on its occasions. */
  occasionOverrides: number
  suspendedWebhooks: number
}

/** How an organization is connected. */
export interface HealthNumbers {
  connections: { enabled: number; disabled: number; failing: number }
  apiKeys: { active: number; expiringSoon: number; lastUsedAt: number | null }
  webhooks: Record<WebhookStatus, number> & { failing: number }
  recent: { events: number; delivered: number; failedAttempts: number }
}

/** A webhook with where it belongs and how it fares. */
export interface WebhookAnywhere extends WebhookRecord {
  organizationName: string
  occasionName: string | null
  failingSince: number | null
  consecutiveFailures: number
}

/** What is seen across organizations. The platform's own row is not one of them. */
export interface PlatformReader {
  /** By name, after `after`. `troubled`: only where a webhook fails or is disabled, or a connection fails. */
  pageOrganizations(query: {
    search?: string
    troubled: boolean
    after?: { name: string; id: string }
    limit: number
  }): Promise<OrganizationRecord[]>
  count(organizationIds: readonly string[]): Promise<Map<string, OrganizationCounts>>
  /** Of keys: valid at `now`, and expiring before `soonAt`. Recent: of the hours that started at `since` or later. */
  readHealth(
    organizationIds: readonly string[],
    times: { now: number; soonAt: number; since: number },
  ): Promise<Map<string, HealthNumbers>>
  /** Newest first, older than `beforeId`. `search`: in the name and the URL, or the id of an organization. */
  pageWebhooks(query: {
    search?: string
    organizationId?: string
    status?: WebhookStatus
    failing: boolean
    beforeId?: string
    limit: number
  }): Promise<WebhookAnywhere[]>
  /** All switches that are off, the latest first. */
  listSwitchedOff(): Promise<(SwitchedOff & { organizationName: string | null })[]>
}

const troubledWebhook = sql<SqlBool>`(webhooks.status = 'disabled'
  OR (webhooks.status = 'active' AND webhooks.failing_since IS NOT NULL))`

const noHealth = (): HealthNumbers => ({
  connections: { enabled: 0, disabled: 0, failing: 0 },
  apiKeys: { active: 0, expiringSoon: 0, lastUsedAt: null },
  webhooks: { active: 0, paused: 0, disabled: 0, suspended: 0, failing: 0 },
  recent: { events: 0, delivered: 0, failedAttempts: 0 },
})

const mapOf = <T>(ids: readonly string[], nothing: () => T): Map<string, T> =>
  new Map(ids.map((id) => [id, nothing()]))

export const platformReader = ({ db }: ReadContext): PlatformReader => {
  const addConnections = async (health: Map<string, HealthNumbers>, ids: readonly string[]) => {
    const rows = await db
      .selectFrom('connections')
      .select((select) => [
        'organization_id as id',
        'enabled',
        select.fn.countAll<number>().as('count'),
        sql<number>`coalesce(sum(check_status = 'failing'), 0)`.as('failing'),
      ])
      .where('organization_id', 'in', ids)
      .where('disconnected_at', 'is', null)
      .groupBy(['organization_id', 'enabled'])
      .execute()
    for (const { id, enabled, count, failing } of rows) {
      const of = health.get(id)
      if (of === undefined) continue
      of.connections[enabled === 1 ? 'enabled' : 'disabled'] = count
      if (enabled === 1) of.connections.failing = failing
    }
  }

  const addKeys = async (
    health: Map<string, HealthNumbers>,
    ids: readonly string[],
    { now, soonAt }: { now: number; soonAt: number },
  ) => {
    const rows = await db
      .selectFrom('api_keys')
      .select((select) => [
        'organization_id as id',
        select.fn.countAll<number>().as('active'),
        sql<number>`coalesce(sum(expires_at < ${soonAt}), 0)`.as('expiringSoon'),
        select.fn.max('last_used_at').as('lastUsedAt'),
      ])
      .where('organization_id', 'in', ids)
      .where('revoked_at', 'is', null)
      .where('disabled_at', 'is', null)
      .where((where) => where.or([where('not_before', 'is', null), where('not_before', '<=', now)]))
      .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', now)]))
      .groupBy('organization_id')
      .execute()
    for (const { id, ...apiKeys } of rows) {
      const of = health.get(id)
      if (of !== undefined) of.apiKeys = apiKeys
    }
  }

  const addWebhooks = async (health: Map<string, HealthNumbers>, ids: readonly string[]) => {
    const rows = await db
      .selectFrom('webhooks')
      .select((select) => [
        'organization_id as id',
        'status',
        select.fn.countAll<number>().as('count'),
        sql<number>`sum(failing_since IS NOT NULL)`.as('failing'),
      ])
      .where('organization_id', 'in', ids)
      .where('deleted_at', 'is', null)
      .groupBy(['organization_id', 'status'])
      .execute()
    for (const { id, status, count, failing } of rows) {
      const of = health.get(id)
      if (of === undefined) continue
      of.webhooks[status] = count
      if (status === 'active') of.webhooks.failing = failing
    }
  }

  const addRecent = async (
    health: Map<string, HealthNumbers>,
    ids: readonly string[],
    { since }: { since: number },
  ) => {
    const events = await db
      .selectFrom('event_hours')
      .select((select) => ['organization_id as id', select.fn.sum<number>('accepted').as('events')])
      .where('organization_id', 'in', ids)
      .where('hour', '>=', since)
      .groupBy('organization_id')
      .execute()
    const attempts = await db
      .selectFrom('attempt_hours')
      .select((select) => [
        'organization_id as id',
        select.fn.sum<number>('delivered').as('delivered'),
        select.fn.sum<number>('failed').as('failedAttempts'),
      ])
      .where('organization_id', 'in', ids)
      .where('hour', '>=', since)
      .groupBy('organization_id')
      .execute()
    for (const { id, ...numbers } of [...events, ...attempts]) {
      const of = health.get(id)
      if (of !== undefined) Object.assign(of.recent, numbers)
    }
  }

  return {
    async pageOrganizations({ search, troubled, after, limit }) {
      let query = db
        .selectFrom('organizations')
        .select(['id', 'name', 'plan'])
        .where('id', '!=', platformOrganizationId)
        .orderBy('name')
        .orderBy('id')
        .limit(limit)
      if (search) {
        query = query.where(sql<SqlBool>`(name LIKE ${containing(search)} ESCAPE '\\' OR id = ${search})`)
      }
      if (after) query = query.where(sql<SqlBool>`(name, id) > (${after.name}, ${after.id})`)
      if (troubled) {
        query = query.where(
          sql<SqlBool>`(EXISTS (SELECT 1 FROM webhooks WHERE webhooks.organization_id = organizations.id
              AND webhooks.deleted_at IS NULL AND ${troubledWebhook})
            OR EXISTS (SELECT 1 FROM connections WHERE connections.organization_id = organizations.id
              AND connections.disconnected_at IS NULL AND enabled = 1 AND check_status = 'failing'))`,
        )
      }
      return query.execute()
    },
    async count(ids) {
      const counts = mapOf<OrganizationCounts>(ids, () => ({
        occasions: 0,
        occasionOverrides: 0,
        suspendedWebhooks: 0,
      }))
      if (ids.length === 0) return counts
      const put = (name: keyof OrganizationCounts, rows: readonly { id: string; count: number }[]) => {
        for (const { id, count } of rows) {
          const of = counts.get(id)
          if (of !== undefined) of[name] = count
        }
      }
      const counted = [sql<string>`organization_id`.as('id'), sql<number>`count(*)`.as('count')] as const
      const occasions = db.selectFrom('occasions').where('organization_id', 'in', ids)
      put('occasions', await occasions.select(counted).groupBy('organization_id').execute())
      const overrides = db
        .selectFrom('capability_overrides')
        .where('organization_id', 'in', ids)
        .where('occasion_id', 'is not', null)
      put('occasionOverrides', await overrides.select(counted).groupBy('organization_id').execute())
      const suspended = db
        .selectFrom('webhooks')
        .where('organization_id', 'in', ids)
        .where('status', '=', 'suspended')
        .where('deleted_at', 'is', null)
      put('suspendedWebhooks', await suspended.select(counted).groupBy('organization_id').execute())
      return counts
    },
    async readHealth(ids, times) {
      const health = mapOf(ids, noHealth)
      if (ids.length === 0) return health
      await addConnections(health, ids)
      await addKeys(health, ids, times)
      await addWebhooks(health, ids)
      await addRecent(health, ids, times)
      return health
    },
    async pageWebhooks({ search, organizationId, status, failing, beforeId, limit }) {
      let query = db
        .selectFrom('webhooks')
        .innerJoin('organizations', 'organizations.id', 'webhooks.organization_id')
        .leftJoin('occasions', 'occasions.id', 'webhooks.occasion_id')
        .selectAll('webhooks')
        .select(['organizations.name as organization_name', 'occasions.name as occasion_name'])
        .where('webhooks.deleted_at', 'is', null)
        .orderBy('webhooks.id', 'desc')
        .limit(limit)
      query =
        organizationId === undefined
          ? query.where('webhooks.organization_id', '!=', platformOrganizationId)
          : query.where('webhooks.organization_id', '=', organizationId)
      if (status !== undefined) query = query.where('webhooks.status', '=', status)
      if (failing) {
        query = query.where(sql<SqlBool>`webhooks.status = 'active' AND webhooks.failing_since IS NOT NULL`)
      }
      if (beforeId !== undefined) query = query.where('webhooks.id', '<', beforeId)
      if (search) {
        const pattern = containing(search)
        query = query.where(
          sql<SqlBool>`(webhooks.name LIKE ${pattern} ESCAPE '\\' OR webhooks.url LIKE ${pattern} ESCAPE '\\'
            OR organizations.name LIKE ${pattern} ESCAPE '\\')`,
        )
      }
      return (await query.execute()).map((row) => ({
        ...toWebhook(row),
        organizationName: row.organization_name,
        occasionName: row.occasion_name,
        failingSince: row.failing_since,
        consecutiveFailures: row.consecutive_failures,
      }))
    },
    async listSwitchedOff() {
      const rows = await db
        .selectFrom('kill_switches')
        .leftJoin('organizations', 'organizations.id', 'kill_switches.organization_id')
        .selectAll('kill_switches')
        .select('organizations.name as organization_name')
        .orderBy('switched_off_at', 'desc')
        .orderBy('organization_id')
        .execute()
      return rows.map((row) => ({
        name: row.name,
        organizationId: row.organization_id === '' ? null : row.organization_id,
        organizationName: row.organization_name,
        reason: row.reason,
        by: row.switched_off_by,
        at: row.switched_off_at,
      }))
    },
  }
}
