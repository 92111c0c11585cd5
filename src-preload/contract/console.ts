import { accessContract } from './access.ts'
import { apiKeysContract } from './api-keys.ts'
import { connectionsContract } from './connections.ts'
import { erasuresContract } from './erasures.ts'
import { deliveriesContract, eventsContract, eventTypesContract } from './events.ts'
import { expectationsContract } from './expectations.ts'
import { healthContract } from './health.ts'
import { liveContract } from './live.ts'
import { notificationsContract } from './notifications.ts'
import { occasionsContract, subscriptionContract, usersContract } from './organizations.ts'
import { operationalWebhooksContract, platformContract } from './platform.ts'
import { recoveriesContract } from './recoveries.ts'
import { retentionContract } from './retention.ts'
import { sessionContract } from './session.ts'
import { auditContract, overviewContract, settingsContract, statusContract } from './settings.ts'
import { webhooksContract } from './webhooks.ts'

/** Everything the console can ask of the engine host, over `/rpc`. One list. */
export const consoleContract = {
  session: sessionContract,
  access: accessContract,
  expectations: expectationsContract,
  users: usersContract,
  occasions: occasionsContract,
  subscription: subscriptionContract,
  apiKeys: apiKeysContract,
  webhooks: webhooksContract,
  eventTypes: eventTypesContract,
  events: eventsContract,
  deliveries: deliveriesContract,
  recoveries: recoveriesContract,
  connections: connectionsContract,
  platform: platformContract,
  operationalWebhooks: operationalWebhooksContract,
  settings: settingsContract,
  retention: retentionContract,
  erasures: erasuresContract,
  health: healthContract,
  audit: auditContract,
  notifications: notificationsContract,
  overview: overviewContract,
  status: statusContract,
  live: liveContract,
}
export type ConsoleContract = typeof consoleContract
