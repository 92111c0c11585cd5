import type { Topic } from '#contract/live.ts'
import type { ApiKeyReader, ApiKeyWriter } from './api-keys.ts'
import type { AuditReader, AuditWriter } from './audit.ts'
import type { CapabilityReader, CapabilityWriter } from './capabilities.ts'
import type { ConnectionReader, ConnectionWriter } from './connections.ts'
import type { DeliveryReader, DeliveryWriter } from './deliveries.ts'
import type { ErasureReader, ErasureWriter } from './erasures.ts'
import type { EventReader, EventWriter } from './events.ts'
import type { ExpectationReader, ExpectationWriter } from './expectations.ts'
import type { HealthReader } from './health.ts'
import type { InstallationReader, InstallationWriter } from './installation.ts'
import type { KillSwitchReader, KillSwitchWriter } from './kill-switches.ts'
import type { MachineReader, MachineWriter } from './machine.ts'
import type { NetworkRuleReader, NetworkRuleWriter } from './network-rules.ts'
import type { NotificationReader, NotificationWriter } from './notifications.ts'
import type { OperationalReader, OperationalWriter } from './operational.ts'
import type { OrganizationReader, OrganizationWriter } from './organizations.ts'
import type { OverviewReader } from './overview.ts'
import type { PlatformReader } from './platform.ts'
import type { RecoveryReader, RecoveryWriter } from './recoveries.ts'
import type { ReleaseReader, ReleaseWriter } from './releases.ts'
import type { RetentionReader, RetentionWriter } from './retention.ts'
import type { SessionReader, SessionWriter } from './sessions.ts'
import type { ShapeReader } from './shapes.ts'
import type { Space } from './space.ts'
import type { UserReader, UserWriter } from './users.ts'
import type { WebhookCredentialReader, WebhookCredentialWriter } from './webhook-credentials.ts'
import type { WebhookDeliveryReader, WebhookDeliveryWriter } from './webhook-deliveries.ts'
import type { WebhookProbeReader, WebhookProbeWriter } from './webhook-probes.ts'
import type { WebhookProtectionReader, WebhookProtectionWriter } from './webhook-protection.ts'
import type { WebhookReader, WebhookWriter } from './webhooks.ts'

export type { ApiKeyCalls, CallCounts, CallerCounts } from './api-key-calls.ts'
export type { ApiKeyChanges, ApiKeyRecord, ApiKeyUse } from './api-keys.ts'
export type { PastAttempt } from './attempt-history.ts'
export type { AuditQuery, AuditRecord, ChainedAuditRecord } from './audit.ts'
export type { ChainCheck } from './audit-chain.ts'
export type { CapabilityOverride } from './capabilities.ts'
export type { ConnectionHistoryRecord } from './connection-history.ts'
export type { ConnectionRecord, ConnectionSecretRecord } from './connections.ts'
export type {
  AttemptRecord,
  DeliveryInFull,
  DeliveryRecord,
  ListedDelivery,
  Subscriber,
} from './deliveries.ts'
export type { ErasureRecord } from './erasures.ts'
export type { EventRecord, IdempotencyRecord } from './events.ts'
export type { ExpectationRecord, ExpectationResult } from './expectations.ts'
export type { SwitchedOff } from './kill-switches.ts'
export type { AwayPeriod, ClockJump } from './machine.ts'
export type { NetworkRuleRecord } from './network-rules.ts'
export type { NewNotification } from './notifications.ts'
export type {
  ExpiringKey,
  FailingConnection,
  FailingWebhook,
  Notice,
  RecoveredWebhook,
  Told,
} from './operational.ts'
export type { OccasionRecord, OrganizationRecord } from './organizations.ts'
export type { AttemptSum, LastError } from './overview.ts'
export type { HealthNumbers, OrganizationCounts, WebhookAnywhere } from './platform.ts'
export type { EventPruneStep, Old, OldAlong, PruneStep } from './pruning.ts'
export type { Recoverable, RecoveryChanges, RecoveryRecord } from './recoveries.ts'
export type { HeldCount, ReleaseChanges, ReleaseRecord } from './releases.ts'
export type { RetentionMarks, RetentionRecord, RetentionWriter } from './retention.ts'
export type { SessionRecord } from './sessions.ts'
export type { TokenPauseRecord } from './token-pauses.ts'
export type { Membership, SignInClaim, UserInOrganization, UserRecord } from './users.ts'
export type { CredentialRecord } from './webhook-credentials.ts'
export type { ReleaseStep, WaitingDeliveries, WebhookNumbers } from './webhook-deliveries.ts'
export type { WebhookProbeRecord } from './webhook-probes.ts'
export type { FirstInOrder, PausedRelease, WebhookProtection } from './webhook-protection.ts'
export type { ChangeableWebhook, FailingRun, WebhookRecord, WebhookSecretRecord } from './webhooks.ts'
export type {
  Claim,
  ClaimedDelivery,
  ClaimedWebhook,
  Credentials,
  Due,
  Outcome,
  Report,
  Settlement,
  Taken,
  Wish,
  WorkQueue,
} from './work-queue.ts'
export type { BreakerChange, BreakerRecord, RecentAttempt } from './work-queue-breakers.ts'
export type { JumpMove } from './work-queue-clock.ts'

/** All that can be read. A reader cannot write: it has no method for it, and its connection is read-only. */
export interface Reader {
  readonly installation: InstallationReader
  readonly organizations: OrganizationReader
  readonly users: UserReader
  readonly sessions: SessionReader
  readonly capabilities: CapabilityReader
  readonly killSwitches: KillSwitchReader
  readonly networkRules: NetworkRuleReader
  readonly events: EventReader
  readonly deliveries: DeliveryReader
  readonly apiKeys: ApiKeyReader
  readonly connections: ConnectionReader
  readonly webhooks: WebhookReader
  readonly shapes: ShapeReader
  readonly webhookCredentials: WebhookCredentialReader
  readonly webhookDeliveries: WebhookDeliveryReader
  readonly webhookProtection: WebhookProtectionReader
  readonly releases: ReleaseReader
  readonly recoveries: RecoveryReader
  readonly retention: RetentionReader
  readonly health: HealthReader
  readonly erasures: ErasureReader
  readonly overview: OverviewReader
  readonly platform: PlatformReader
  readonly operational: OperationalReader
  readonly notifications: NotificationReader
  readonly machine: MachineReader
  readonly webhookProbes: WebhookProbeReader
  readonly expectations: ExpectationReader
  readonly audit: AuditReader
}

/** Tells whether what an earlier transaction has read still holds: so it does while nobody has written in between. */
export interface TransactionMark {
  /** Counts the transactions of this store. */
  readonly number: number
  /** Another one whenever another connection, of this process or not, has committed. */
  readonly others: number
}

/** The inside of one transaction: reads what it wrote, and is all committed or not at all. */
export interface Writer extends Reader {
  readonly mark: TransactionMark
  readonly installation: InstallationWriter
  readonly organizations: OrganizationWriter
  readonly users: UserWriter
  readonly sessions: SessionWriter
  readonly capabilities: CapabilityWriter
  readonly killSwitches: KillSwitchWriter
  readonly networkRules: NetworkRuleWriter
  readonly events: EventWriter
  readonly deliveries: DeliveryWriter
  readonly apiKeys: ApiKeyWriter
  readonly connections: ConnectionWriter
  readonly webhooks: WebhookWriter
  readonly shapes: ShapeReader
  readonly webhookCredentials: WebhookCredentialWriter
  readonly webhookDeliveries: WebhookDeliveryWriter
  readonly webhookProtection: WebhookProtectionWriter
  readonly releases: ReleaseWriter
  readonly recoveries: RecoveryWriter
  readonly retention: RetentionWriter
  readonly erasures: ErasureWriter
  readonly operational: OperationalWriter
  readonly notifications: NotificationWriter
  readonly machine: MachineWriter
  readonly webhookProbes: WebhookProbeWriter
  readonly expectations: ExpectationWriter
  readonly audit: AuditWriter
}

/** The store, as everything outside this room sees it. Nothing here tells the dialect. */
export interface Store {
  readonly read: Reader
  /**
   * Runs `work` in one transaction, durable when the promise resolves. Await nothing in it but the writer.
   * Transactions of one store run one after the other.
   * @throws StoreError `database_locked` while another program keeps the database for itself for too long.
   */
  write<T>(work: (writer: Writer) => Promise<T>): Promise<T>
  /** For the thread of the same process that writes beside it: they take turns by it. */
  readonly turnMemory: SharedArrayBuffer
  /** Why the last transaction could not be written, as SQLite says it; null when it could. */
  trouble(): string | null
  /** The room that it takes. */
  readonly space: Space
  /** Called after each commit with the topics that it changed. @returns a function that unsubscribes. */
  onChange(listener: (topics: readonly Topic[]) => void): () => void
  close(): Promise<void>
}
