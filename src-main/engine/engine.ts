import type { ConsoleContract } from '#contract/console.ts'
import { createAccessOperations } from './access/operations.ts'
import { createKeyAuthentication, type KeyAuthentication } from './api-keys/authenticate.ts'
import { createApiKeys } from './api-keys/operations.ts'
import { createAuditLog } from './audit/operations.ts'
import { createConnections } from './connections/operations.ts'
import { createDeliveries } from './deliveries/operations.ts'
import { createErasures, type Erasures } from './erasures/operations.ts'
import { createEventTypeOperations } from './event-types/operations.ts'
import { createHousekeeping, type Housekeeping } from './events/housekeeping.ts'
import { createIntake, type Intake } from './events/intake.ts'
import { createEvents } from './events/operations.ts'
import { createExpectations } from './expectations/operations.ts'
import { createMetricsAccess, type MetricsAccess } from './health/metrics-access.ts'
import { createHealth, type HealthWatch } from './health/operations.ts'
import { createMachine } from './machine/machine.ts'
import { createNotifications } from './notifications/operations.ts'
import { createOccasions } from './occasions/operations.ts'
import type { Operations } from './operation.ts'
import { createOverview } from './overview/operations.ts'
import type { EngineParts, Toolbox } from './parts.ts'
import { createOperationalWebhooks } from './platform/operational-webhooks.ts'
import { createPlatform } from './platform/operations.ts'
import { createRecoveries } from './recoveries/operations.ts'
import { createRetention, type Retention } from './retention/operations.ts'
import { createSettings } from './settings/operations.ts'
import { createStatus } from './status/operations.ts'
import { createSubscription } from './subscription/operations.ts'
import { createToolbox } from './toolbox.ts'
import { createUpkeep, type Upkeep } from './upkeep.ts'
import { createUsers } from './users/operations.ts'
import { createBacklog } from './webhooks/backlog.ts'
import { createWebhooks } from './webhooks/operations.ts'

/** Sessions are made by the host, which knows of cookies; live changes are told by it, too. */
type EngineNoun = Exclude<keyof ConsoleContract, 'session' | 'live'>

export interface Engine {
  /** One function for each procedure of the contract, by noun. Each of them decides about access first. */
  readonly operations: { readonly [Noun in EngineNoun]: Operations<ConsoleContract[Noun]> }
  readonly keys: KeyAuthentication
  readonly intake: Intake
  readonly housekeeping: Housekeeping
  readonly upkeep: Upkeep
  readonly retention: Retention
  readonly erasures: Erasures
  readonly health: HealthWatch
  readonly metricsAccess: MetricsAccess
  readonly toolbox: Toolbox
  /** Ends what an earlier run began and did not end. Call it once, before anybody is served. */
  start(): Promise<void>
  /** Long work ends after its present step. */
  interrupt(): void
  /**
   * Accepts no more events, answers those that it took, and writes what is only remembered. The store stays
   * open: it is closed by whoever opened it.
   */
  stop(): Promise<void>
}

/** `toolbox` when the caller has something of its own in the place of a tool. */
export const createEngine = (parts: EngineParts, toolbox: Toolbox = createToolbox(parts)): Engine => {
  const keys = createKeyAuthentication(toolbox)
  const intake = createIntake(toolbox)
  const backlog = createBacklog(toolbox)
  const machine = createMachine(toolbox)
  const upkeep = createUpkeep(toolbox, machine, backlog)
  const retention = createRetention(toolbox)
  const health = createHealth(toolbox)
  const erasures = createErasures(toolbox)
  return {
    operations: {
      access: createAccessOperations(toolbox),
      expectations: createExpectations(toolbox),
      users: createUsers(toolbox),
      occasions: createOccasions(toolbox),
      subscription: createSubscription(toolbox),
      apiKeys: createApiKeys(toolbox),
      webhooks: createWebhooks(toolbox, backlog),
      eventTypes: createEventTypeOperations(toolbox),
      events: createEvents(toolbox),
      deliveries: createDeliveries(toolbox),
      recoveries: createRecoveries(toolbox),
      connections: createConnections(toolbox),
      platform: createPlatform(toolbox),
      operationalWebhooks: createOperationalWebhooks(toolbox, backlog),
      settings: createSettings(toolbox),
      retention: retention.operations,
      erasures: erasures.operations,
      health: health.operations,
      audit: createAuditLog(toolbox),
      notifications: createNotifications(toolbox),
      overview: createOverview(toolbox),
      status: createStatus(toolbox),
    },
    keys,
    intake,
    housekeeping: createHousekeeping(toolbox),
    toolbox,
    upkeep,
    retention,
    erasures,
    health,
    metricsAccess: createMetricsAccess(toolbox),
    start: () => upkeep.sweep(),
    interrupt() {
      retention.interrupt()
      erasures.interrupt()
    },
    async stop() {
      await intake.stop()
      await keys.close()
      await machine.stop()
    },
  }
}
