import type { ConnectionCheck, Connector } from '#contract/connections.ts'
import type { FieldError } from '#contract/errors.ts'
import type { Reader } from '#main/store/interface.ts'
import { PatchbayError } from '../errors.ts'
import type { NetworkPolicy } from '../parts.ts'
import { askPolicy } from '../webhooks/checks.ts'
import { adapterOf } from './adapters.ts'
import { addressesIn, secretFields, type Values, wrongValue } from './values.ts'

const errorsMax = 20

/** @throws PatchbayError `invalid` with the fields, when there are any. */
export const refuseInvalid = (errors: readonly FieldError[]): void => {
  const fields = errors.slice(0, errorsMax)
  const [first] = fields
  if (first !== undefined) throw new PatchbayError('invalid', { detail: first.message, fields })
}

/** The values in the two ways in which they are kept. */
export const split = (
  connector: Connector,
  values: Values,
): { configuration: Record<string, string>; secrets: Map<string, string> } => {
  const secretNames = new Set(secretFields(connector).map(({ name }) => name))
  const ofKind = (secret: boolean) => [...values].filter(([name]) => secretNames.has(name) === secret)
  return { configuration: Object.fromEntries(ofKind(false)), secrets: new Map(ofKind(true)) }
}

/** The granted actions in the order of the catalogue, each once. @throws PatchbayError `invalid`. */
export const readGrants = (connector: Connector, grants: readonly string[]): string[] => {
  const names = connector.actions.map(({ name }) => name)
  refuseInvalid(
    grants.flatMap((grant, index): FieldError[] =>
      names.includes(grant)
        ? []
        : [{ path: `/grants/${index}`, message: `${connector.name} has no such action` }],
    ),
  )
  return names.filter((name) => grants.includes(name))
}

/**
 * The stored secrets that would follow an address to another host. Whoever may only configure would have them sent
 * to a host of their choice, and read there what they were never shown.
 */
export const carriedAway = (
  connector: Connector,
  { before, after, given }: { before: Values; after: Values; given: Values },
): FieldError[] => {
  const old = addressesIn(connector, before)
  const moved = [...addressesIn(connector, after)].some(([name, { origin }]) => {
    const known = old.get(name)
    return known !== undefined && known.origin !== origin
  })
  if (!moved) return []
  return secretFields(connector)
    .filter(({ name }) => after.has(name) && !given.has(name))
    .map(({ name }) => wrongValue(name, 'Enter this again: it would be sent to another host than before'))
}

interface Verdict {
  readonly name: string
  readonly host: string
  readonly allowed: boolean
  readonly reason: string
}

interface Judging {
  readonly read: Reader
  readonly networkPolicy: NetworkPolicy
  readonly organizationId: string
}

const judge = (
  { read, networkPolicy, organizationId }: Judging,
  connector: Connector,
  values: Values,
): Promise<Verdict[]> =>
  Promise.all(
    [...addressesIn(connector, values)].map(async ([name, { host, href }]) => {
      const { allowed, reason } = await askPolicy(read, networkPolicy, organizationId, href)
      return { name, host, allowed, reason }
    }),
  )

const goodReason = (connector: Connector, verdicts: readonly Verdict[]): string => {
  const hosts = verdicts.map(({ host }) => host).join(' and ')
  const allowed = hosts === '' ? '' : ` The network policy allows ${hosts}.`
  const pending =
    adapterOf(connector).authorization === 'pending'
      ? ` ${connector.name} has not been asked for its consent yet, so that nothing can be called.`
      : ''
  return `The settings are complete.${allowed}${pending}`
}

/** What the settings come to, without calling the other system. */
export const checkSettings = async (
  judging: Judging,
  connector: Connector,
  values: Values,
): Promise<Omit<ConnectionCheck, 'checkedAt'>> => {
  const [wrong] = adapterOf(connector).validate(connector, values)
  if (wrong !== undefined) {
    const field = connector.fields.find(({ name }) => wrong.path === wrongValue(name, '').path)
    return { status: 'failing', reason: `${field?.label ?? wrong.path}: ${wrong.message}` }
  }
  const verdicts = await judge(judging, connector, values)
  const blocked = verdicts.find(({ allowed }) => !allowed)
  return blocked === undefined
    ? { status: 'ok', reason: goodReason(connector, verdicts) }
    : { status: 'failing', reason: blocked.reason }
}

/**
 * The same for settings that somebody wants to save.
 * @throws PatchbayError `invalid` with the fields, `destination_blocked` with the reason.
 */
export const requireGood = async (
  judging: Judging,
  connector: Connector,
  values: Values,
): Promise<Omit<ConnectionCheck, 'checkedAt'>> => {
  refuseInvalid(adapterOf(connector).validate(connector, values))
  const verdicts = await judge(judging, connector, values)
  const blocked = verdicts.filter(({ allowed }) => !allowed)
  const [first] = blocked
  if (first === undefined) return { status: 'ok', reason: goodReason(connector, verdicts) }
  throw new PatchbayError('destination_blocked', {
    detail: first.reason,
    fields: blocked.map(({ name, reason }) => wrongValue(name, reason)),
  })
}
