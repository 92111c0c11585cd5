import type { Connector } from '#contract/connections.ts'
import type { PlanOffer } from '#contract/organizations.ts'
import type { Backup, Settings } from '#contract/settings.ts'
import type { ContentType, CustomHeader, Shape } from '#contract/webhook-options.ts'
import type { NetworkRuleRecord, Store } from '#main/store/interface.ts'
import type { Access } from './access/access.ts'
import type { AuditTrail } from './audit/audit.ts'
import type { Clock } from './clock.ts'
import type { EventTypes } from './event-types/event-types.ts'
import type { Ids, RandomBytes } from './ids.ts'

/** What the network policy says about a URL. The delivery room implements it; save, test and delivery share it. */
export interface NetworkPolicy {
  check(
    url: string,
    rules: readonly Pick<NetworkRuleRecord, 'target'>[],
  ): Promise<{ allowed: boolean; reason: string; addresses: string[] }>
  /** Null when the target is a host name or CIDR that a rule may name, else what is wrong with it. */
  checkRuleTarget(target: string): string | null
}

/** A body as it is sent in the place of that of an event; or why nothing can be sent. */
export type Shaped =
  | {
      readonly kind: 'shaped'
      readonly contentType: ContentType
      readonly body: Buffer
      /** Places of the steps that had nothing to change. */
      readonly idleSteps: readonly number[]
    }
  | { readonly kind: 'unshapeable'; readonly problem: string }

/** What goes out for an event. The delivery room implements it; preview, send and the record of it share it. */
export interface Shaping {
  shape(body: string, shape: Shape): Shaped
  /** Of a request, but for those of the moment: host, time and signature. */
  headers(
    content: { readonly contentType: ContentType; readonly sizeBytes: number },
    custom: readonly CustomHeader[],
  ): Record<string, string>
}

/** CIDR ranges of IPv4 and IPv6. The host implements it. */
export interface AddressRanges {
  /** The range in its normal form (`10.1.2.3/8` is `10.0.0.0/8`, an address a range of one); null when it is none. */
  normalise(text: string): string | null
  /** Says whether an address is in one of the ranges. An IPv4 address inside IPv6 counts as the IPv4 address. */
  matcher(ranges: readonly string[]): (address: string) => boolean
}

/** What the delivery worker tells of itself. */
export interface DeliveryView {
  /** Webhooks that it has work for, or had a moment ago; those of them with something that waits. */
  readonly lanes: number
  readonly lanesWithWork: number
  /** Those whose token endpoint gave no token and is left alone for a while. */
  readonly lanesWithoutToken: number
  /** Attempts that it has made and could not record yet: their deliveries go on waiting in the database. */
  readonly unrecorded: number
  readonly inFlight: number
  /** Since its last turn, ms. */
  readonly sinceTurnMs: number | null
  /** What stands in the way of delivering, as a sentence. */
  readonly trouble: string | null
}

/** How work beside the requests went the last time. */
export interface JobReport {
  readonly name: string
  readonly endedAt: number
  readonly error: string | null
}

/** The delivery worker, as the engine sees it. */
export interface DeliverySignal {
  /** Something may be due now. Cheap; call it after every commit that queues or releases deliveries. */
  wake(): void
  /** The same after a commit by which less may be sent than before: what was taken for sending is looked at again. */
  reconsider(): void
  /** Whether the network of the machine goes as far as this URL, as far as is known. */
  reaches(url: string): boolean
  /** Finds out how far it must go for this URL, where that is not known, for somebody who waits: within two seconds. */
  findReach(url: string): Promise<void>
  state(): { worker: 'running' | 'starting' | 'stopped'; online: boolean }
  /** How often it died, and how long ago the last time, ms. */
  deaths(): { count: number; lastAgoMs: number | null }
  /** Asks it how it is. Null when it does not run or does not answer. */
  inspect(): Promise<DeliveryView | null>
}

/** The installation around the engine: its files, its address, its backups. The host implements it. */
export interface InstallationInfo {
  describe(): Promise<Omit<Settings, 'idleLockMinutes' | 'networkRules'>>
  /** Backs the database up while it is in use. */
  backUp(): Promise<Backup>
  /** Of the disk of the data directory. */
  disk(): Promise<{ freeBytes: number; totalBytes: number }>
  /** Tries whether the database can be written. Null when it can, else what is in the way, as a sentence. */
  findObstacle(): Promise<string | null>
  jobs(): readonly JobReport[]
}

/**
 * Waits between two steps of long work, so that others have their turn. Each piece of work has its own.
 */
export type Pace = () => Promise<void>

/** What the engine needs of the world. The host composes it; tests pass their own. */
export interface EngineParts {
  readonly store: Store
  readonly clock: Clock
  readonly randomBytes: RandomBytes
  readonly plans: readonly PlanOffer[]
  readonly eventTypes: EventTypes
  /** What the platform tells of itself; never offered to tenants. */
  readonly operationalEventTypes: EventTypes
  readonly connectors: readonly Connector[]
  readonly networkPolicy: NetworkPolicy
  readonly shaping: Shaping
  readonly addressRanges: AddressRanges
  readonly delivery: DeliverySignal
  readonly installation: InstallationInfo
  readonly newPace: () => Pace
}

/** What every noun of the engine is made with. */
export interface Toolbox extends EngineParts {
  readonly ids: Ids
  readonly access: Access
  readonly audit: AuditTrail
}
