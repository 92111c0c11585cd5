import { initial } from './010-initial.ts'
import { expectations } from './020-expectations.ts'
import { invitations } from './030-invitations.ts'
import { suspension } from './040-suspension.ts'
import { connections } from './050-connections.ts'
import { platform } from './060-platform.ts'
import { apiKeys } from './070-api-keys.ts'
import { rotation } from './080-rotation.ts'
import { releases } from './090-releases.ts'
import { audit } from './100-audit.ts'
import { recoveries } from './110-recoveries.ts'
import { webhookOptions } from './120-webhook-options.ts'
import { endpointProtection } from './130-endpoint-protection.ts'
import { machine } from './140-machine.ts'
import { notifications } from './141-notifications.ts'
import { shapes } from './150-shapes.ts'
import { publicKeys } from './160-public-keys.ts'
import { webhookCredentials } from './161-webhook-credentials.ts'
import { replays } from './170-replays.ts'
import { retention } from './180-retention.ts'
import { heldReplays } from './200-held-replays.ts'
import { plainConditions } from './210-plain-conditions.ts'
import { tokenPauses } from './220-token-pauses.ts'
import { plainStatus } from './230-plain-status.ts'
import { erasuresUntil } from './240-erasures-until.ts'
import type { Migration } from './migration.ts'

/** All migrations, oldest first. Append only. */
export const migrations: readonly Migration[] = [
  initial,
  expectations,
  invitations,
  suspension,
  connections,
  platform,
  apiKeys,
  rotation,
  releases,
  audit,
  recoveries,
  webhookOptions,
  endpointProtection,
  machine,
  notifications,
  shapes,
  publicKeys,
  webhookCredentials,
  replays,
  retention,
  heldReplays,
  plainConditions,
  tokenPauses,
  plainStatus,
  erasuresUntil,
]
