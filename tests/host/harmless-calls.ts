import { type Action, isAction } from '#contract/actions.ts'
import type { ErrorCode } from '#contract/errors.ts'
import type { IdPrefix } from '#contract/ids.ts'
import type { StoredGround } from './access-combinations.ts'
import { type Endpoint, inputWith, procedures } from './contract-walk.ts'

/** An id of the right form that nothing has. */
export const missingId = (prefix: IdPrefix): string => `${prefix}_${'0'.repeat(25)}1`

interface Row {
  /** Over the smallest input that fits. */
  readonly input?: (ground: StoredGround) => Readonly<Record<string, unknown>>
  /** How it ends for whoever passes the gates. */
  readonly ends: ErrorCode | 'answered'
}

/**
 * Procedures that would change something for whoever may call them, because they name no thing that could be
 * missing. Each is called so that it ends after the gates without changing anything that access goes by.
 */
const rows: Readonly<Record<string, Row>> = {
  'users.invite': {
    input: ({ memberEmail }) => ({ email: memberEmail, organizationRole: 'member' }),
    ends: 'conflict',
  },
  'occasions.create': { input: () => ({ startsAt: 2, endsAt: 1 }), ends: 'invalid' },
  'subscription.change': { input: ({ plan }) => ({ plan }), ends: 'answered' },
  'apiKeys.create': { input: () => ({ expiresAt: 1 }), ends: 'invalid' },
  'webhooks.create': { input: () => ({ events: ['nobody.knows'] }), ends: 'invalid' },
  'connections.connect': { input: () => ({ connectorId: 'no-such-connector' }), ends: 'invalid' },
  'settings.setIdleLock': { input: () => ({ idleLockMinutes: 15 }), ends: 'answered' },
  'settings.addNetworkRule': { input: () => ({ target: 'no host at all' }), ends: 'invalid' },
  'settings.backUpNow': { ends: 'answered' },
  'retention.set': { ends: 'answered' },
  'retention.run': { ends: 'answered' },
  'erasures.plan': {
    input: () => ({ criterion: { kind: 'anywhere', value: 'nobody@nowhere.example' } }),
    ends: 'answered',
  },
  'erasures.start': {
    input: () => ({ criterion: { kind: 'anywhere', value: 'nobody@nowhere.example' } }),
    ends: 'answered',
  },
  'erasures.list': { ends: 'answered' },
  'platform.organizations': { ends: 'answered' },
  'platform.occasions': { ends: 'answered' },
  'platform.killSwitches': { ends: 'answered' },
  'platform.setOverride': { input: () => ({ occasionId: missingId('occ') }), ends: 'not_found' },
  'platform.switchOff': { input: () => ({ organizationId: missingId('org') }), ends: 'not_found' },
  'operationalWebhooks.create': { input: () => ({ events: ['nobody.knows'] }), ends: 'invalid' },
  'operationalWebhooks.addNetworkRule': { input: () => ({ target: 'no host at all' }), ends: 'invalid' },
  'platform.switchOn': { input: () => ({ organizationId: missingId('org') }), ends: 'not_found' },
}

/** A procedure that demands an action, with a call of it that changes nothing, whoever makes it. */
export interface HarmlessCall {
  readonly where: string
  readonly action: Action
  /** Whether the input names a thing that is not there: then nobody passes all gates. */
  readonly namesNothing: boolean
  readonly ends: Row['ends']
  inputAt(ground: StoredGround): Record<string, unknown>
}

/** The actions whose procedures change nothing. */
export const onlyReads = /\.(view|explain|open)$/

/** Whether the smallest input names a thing besides its organization. */
export const namesThing = (endpoint: Endpoint): boolean => {
  const named = new Set<IdPrefix>()
  inputWith(endpoint, (prefix) => {
    named.add(prefix)
    return missingId(prefix)
  })
  named.delete('org')
  return named.size > 0
}

const toHarmlessCall = (procedure: Endpoint, action: Action): HarmlessCall => {
  const { where } = procedure
  const row = rows[where]
  const namesNothing = row === undefined && namesThing(procedure)
  if (row === undefined && !namesNothing && !onlyReads.test(action)) {
    throw new Error(`${where} names no thing and may change something: it needs a row.`)
  }
  return {
    where,
    action,
    namesNothing,
    ends: row?.ends ?? 'answered',
    inputAt: (ground) => ({
      ...inputWith(procedure, (prefix) => (prefix === 'org' ? ground.organizationId : missingId(prefix))),
      ...row?.input?.(ground),
    }),
  }
}

/** One for every procedure of the console that demands an action. @throws when one has no way to be harmless. */
export const harmlessCalls = (): HarmlessCall[] => {
  const unknown = Object.keys(rows).filter((where) => !procedures.some((one) => one.where === where))
  if (unknown.length > 0) throw new Error(`There is no procedure ${unknown}.`)
  return procedures.flatMap((procedure) =>
    isAction(procedure.access) ? [toHarmlessCall(procedure, procedure.access)] : [],
  )
}
