import { z } from 'zod'
import { connectorSchema } from '#contract/connections.ts'
import { planOfferSchema } from '#contract/organizations.ts'
import type { Clock } from '#main/engine/clock.ts'
import { createEngine, type Engine } from '#main/engine/engine.ts'
import { createEventTypes } from '#main/engine/event-types/event-types.ts'
import type {
  DeliverySignal,
  EngineParts,
  InstallationInfo,
  NetworkPolicy,
  Toolbox,
} from '#main/engine/parts.ts'
import { addressRanges } from '#main/host/address-ranges.ts'
import { shaping } from '#main/host/engine-parts.ts'
import type { Store } from '#main/store/interface.ts'
import { openMemoryStore } from '#main/store/open.ts'
import connectors from '#resources/connectors.json' with { type: 'json' }
import eventTypes from '#resources/event-types.json' with { type: 'json' }
import operationalEventTypes from '#resources/operational-event-types.json' with { type: 'json' }
import plans from '#resources/plans.json' with { type: 'json' }
import { makers, type World } from './makers.ts'
import { seededRandom } from './random.ts'

/** 2026-11-20T10:00:00Z. */
export const startMs = Date.UTC(2026, 10, 20, 10)
export const testDataKey = Buffer.alloc(32, 7)

export interface MovableClock extends Clock {
  advance(ms: number): void
  set(ms: number): void
}

export const movableClock = (nowMs = startMs): MovableClock => {
  let now = nowMs
  return {
    now: () => now,
    advance(ms) {
      now += ms
    },
    set(ms) {
      now = ms
    },
  }
}

/** Allows every address but those of the hosts that a test blocks; a rule that names the host allows it again. */
export interface FakeNetworkPolicy extends NetworkPolicy {
  block(host: string, reason: string): void
  /** The URLs that were asked about. */
  readonly checked: string[]
}

const fakeNetworkPolicy = (): FakeNetworkPolicy => {
  const blocked = new Map<string, string>()
  const checked: string[] = []
  return {
    checked,
    block: (host, reason) => void blocked.set(host, reason),
    async check(url, rules) {
      checked.push(url)
      const { hostname } = new URL(url)
      const reason = blocked.get(hostname)
      const allowed = reason === undefined || rules.some(({ target }) => target === hostname)
      return { allowed, reason: allowed ? 'a public address' : (reason ?? ''), addresses: ['203.0.113.7'] }
    },
    checkRuleTarget: (target) =>
      /^[a-z0-9.*:/-]+$/.test(target) ? null : 'This is neither a host name nor a CIDR.',
  }
}

/** Counts the calls of `wake` and `reconsider`; `current` is what `state` answers. */
export interface FakeDelivery extends DeliverySignal {
  wakes: number
  reconsiders: number
  current: ReturnType<DeliverySignal['state']>
}

const fakeDelivery = (): FakeDelivery => {
  const delivery: FakeDelivery = {
    wakes: 0,
    reconsiders: 0,
    current: { worker: 'running', online: true },
    wake() {
      delivery.wakes += 1
    },
    reconsider() {
      delivery.reconsiders += 1
    },
    reaches: () => delivery.current.online,
    findReach: async () => {},
    state: () => delivery.current,
    deaths: () => ({ count: 0, lastAgoMs: null }),
    inspect: async () => ({
      lanes: 0,
      lanesWithWork: 0,
      lanesWithoutToken: 0,
      unrecorded: 0,
      inFlight: 0,
      sinceTurnMs: 0,
      trouble: null,
    }),
  }
  return delivery
}

const fakeInstallation = (clock: Clock): InstallationInfo => ({
  async describe() {
    return {
      dataDirectory: '/data',
      databaseBytes: 4_096,
      dataKeySource: 'file',
      backups: [],
      address: 'http://127.0.0.1:4780',
      version: '0.1.0',
    }
  },
  async backUp() {
    return {
      path: '/data/backups/one.db',
      createdAt: clock.now(),
      sizeBytes: 4_096,
      reason: 'manual',
    }
  },
  findObstacle: async () => null,
  jobs: () => [],
  disk: async () => ({ freeBytes: 64 * 1024 ** 3, totalBytes: 256 * 1024 ** 3 }),
})

/** An engine's surroundings, in memory: nothing in it waits, sends or depends on the machine. */
export interface EngineFixture extends World {
  readonly parts: EngineParts
  readonly engine: Engine
  readonly toolbox: Toolbox
  readonly store: Store
  readonly clock: MovableClock
  readonly policy: FakeNetworkPolicy
  readonly delivery: FakeDelivery
  close(): Promise<void>
}

const knownEventTypes = createEventTypes(eventTypes)
const knownOperationalEventTypes = createEventTypes(operationalEventTypes)

/** `over` replaces parts, for example the store by one in a file. */
export const engineFixture = (over: Partial<EngineParts> = {}): EngineFixture => {
  const clock = movableClock()
  const policy = fakeNetworkPolicy()
  const delivery = fakeDelivery()
  const parts: EngineParts = {
    store: over.store ?? openMemoryStore(testDataKey, clock.now()),
    clock,
    randomBytes: seededRandom(1),
    plans: z.array(planOfferSchema).parse(plans),
    eventTypes: knownEventTypes,
    operationalEventTypes: knownOperationalEventTypes,
    connectors: z.array(connectorSchema).parse(connectors),
    networkPolicy: policy,
    shaping,
    addressRanges,
    delivery,
    installation: fakeInstallation(clock),
    newPace: () => async () => {},
    ...over,
  }
  const engine = createEngine(parts)
  const { toolbox } = engine
  return {
    parts,
    engine,
    toolbox,
    store: parts.store,
    clock,
    policy,
    delivery,
    ...makers(toolbox),
    close: () => parts.store.close(),
  }
}
