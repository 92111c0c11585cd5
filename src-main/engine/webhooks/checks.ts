import type { FieldError } from '#contract/errors.ts'
import type { Reader } from '#main/store/interface.ts'
import { invalid, PatchbayError } from '../errors.ts'
import { type EventTypes, matches } from '../event-types/event-types.ts'
import type { NetworkPolicy } from '../parts.ts'

/**
 * The URL as it is kept: host in lower case, no default port, no fragment.
 * @throws PatchbayError `invalid` when it carries a user name or password: every list would show them.
 */
export const normaliseUrl = (text: string, path = '/url'): string => {
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') {
    throw invalid(path, 'Leave out the user name and password: authentication is set apart, and kept sealed')
  }
  url.hash = ''
  return url.href
}

/** The URL for the audit log: what its query holds may be a secret of the receiver. */
export const redactUrl = (text: string): string => {
  const url = new URL(text)
  for (const name of new Set(url.searchParams.keys())) url.searchParams.set(name, '***')
  return url.href
}

/**
 * The patterns, each once.
 * @throws PatchbayError `invalid` at the pattern that no event type matches.
 */
export const checkEvents = (patterns: readonly string[], eventTypes: EventTypes): string[] => {
  const names = eventTypes.list().map(({ name }) => name)
  const fields = patterns.flatMap((pattern, index): FieldError[] =>
    names.some((name) => matches(pattern, name))
      ? []
      : [{ path: `/events/${index}`, message: `No event type matches ${pattern}` }],
  )
  if (fields.length > 0) throw new PatchbayError('invalid', { fields })
  return [...new Set(patterns)]
}

/** What the network policy says, with the rules of the organization. */
export const askPolicy = async (
  read: Reader,
  policy: NetworkPolicy,
  organizationId: string,
  url: string,
): Promise<Awaited<ReturnType<NetworkPolicy['check']>>> =>
  policy.check(url, await read.networkRules.list(organizationId))

/** @throws PatchbayError `destination_blocked` with the reason. */
export const requireReachable = async (
  read: Reader,
  policy: NetworkPolicy,
  organizationId: string,
  url: string,
  path = '/url',
): Promise<void> => {
  const { allowed, reason } = await askPolicy(read, policy, organizationId, url)
  if (allowed) return
  throw new PatchbayError('destination_blocked', {
    detail: reason,
    fields: [{ path, message: reason }],
  })
}
