import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { connectorSchema } from '#contract/connections.ts'
import { planOfferSchema } from '#contract/organizations.ts'
import { checkUrl, createNetworkPolicy, ruleProblem } from '#main/delivery/network-policy.ts'
import { createSystemResolve } from '#main/delivery/resolve.ts'
import { shapeBody } from '#main/delivery/shape.ts'
import { steadyHeaders } from '#main/delivery/signed-request.ts'
import type { Clock } from '#main/engine/clock.ts'
import { createEventTypes } from '#main/engine/event-types/event-types.ts'
import type {
  DeliverySignal,
  EngineParts,
  InstallationInfo,
  NetworkPolicy,
  Shaping,
} from '#main/engine/parts.ts'
import type { Store } from '#main/store/interface.ts'
import connectors from '#resources/connectors.json' with { type: 'json' }
import eventTypes from '#resources/event-types.json' with { type: 'json' }
import operationalEventTypes from '#resources/operational-event-types.json' with { type: 'json' }
import plans from '#resources/plans.json' with { type: 'json' }
import { addressRanges } from './address-ranges.ts'
import { createPace } from './pace.ts'

/** Compiling their schemas takes a tenth of a second: once for the process. */
const knownEventTypes = createEventTypes(eventTypes)
const knownOperationalEventTypes = createEventTypes(operationalEventTypes)

export const systemClock: Clock = { now: () => Date.now() }

/** The network policy of the delivery room, as the engine asks it. */
const networkPolicy = (): NetworkPolicy => {
  const resolve = createSystemResolve()
  return {
    check: (url, rules) => checkUrl(url, createNetworkPolicy(rules.map(({ target }) => target)), resolve),
    checkRuleTarget: ruleProblem,
  }
}

/** The shaping of the delivery room, as the engine asks it. */
export const shaping: Shaping = { shape: shapeBody, headers: steadyHeaders }

/** The engine's parts in the real world. What differs between host and command line is passed in. */
export const engineParts = (of: {
  store: Store
  clock: Clock
  delivery: DeliverySignal
  installation: InstallationInfo
}): EngineParts => ({
  ...of,
  randomBytes,
  plans: z.array(planOfferSchema).parse(plans),
  eventTypes: knownEventTypes,
  operationalEventTypes: knownOperationalEventTypes,
  connectors: z.array(connectorSchema).parse(connectors),
  networkPolicy: networkPolicy(),
  shaping,
  addressRanges,
  newPace: createPace,
})
