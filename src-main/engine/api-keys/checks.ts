import { actions, ruleOf } from '#contract/actions.ts'
import type { FieldError } from '#contract/errors.ts'
import type { ApiKeyScope } from '#contract/vocabulary.ts'
import type { Access } from '../access/access.ts'
import { invalid, PatchbayError } from '../errors.ts'
import type { Caller } from '../operation.ts'
import type { AddressRanges } from '../parts.ts'

/**
 * A scope gives no more than its giver has: every action that the scope allows to a key must be allowed to the caller.
 * @throws PatchbayError `invalid` at `/scopes` with the action and the fact that speaks against it.
 */
export const requireGivable = async (
  access: Access,
  caller: Caller,
  organizationId: string,
  scopes: readonly ApiKeyScope[],
): Promise<void> => {
  for (const scope of scopes) {
    for (const action of actions.filter((one) => ruleOf(one).keyScope === scope)) {
      const { gates, decidedBy } = await access.decide(caller.principal, action, { organizationId })
      const refused = gates.find(({ gate }) => gate === decidedBy)
      if (refused === undefined) continue
      throw invalid(
        '/scopes',
        `The scope ${scope} lets a key do ${action}, which you may not do: ${refused.fact}.`,
      )
    }
  }
}

/** @throws PatchbayError `invalid` at the time that makes no sense. */
export const checkTimes = (
  { notBefore, expiresAt }: { notBefore: number | null; expiresAt: number | null },
  now: number,
): void => {
  if (expiresAt !== null && expiresAt <= now) throw invalid('/expiresAt', 'Give a time in the future')
  if (notBefore !== null && expiresAt !== null && notBefore >= expiresAt) {
    throw invalid('/notBefore', 'The key would end before it begins')
  }
}

/**
 * The ranges in their normal form, each once.
 * @throws PatchbayError `invalid` at each that is none.
 */
export const readRanges = (ranges: AddressRanges, texts: readonly string[]): string[] => {
  const read = texts.map((text) => ranges.normalise(text))
  const fields = read.flatMap((range, index): FieldError[] =>
    range === null
      ? [
          {
            path: `/allowedAddresses/${index}`,
            message: 'Use an address or a CIDR range like 192.168.1.0/24 or 2001:db8::/32',
          },
        ]
      : [],
  )
  const [first] = fields
  if (first !== undefined) throw new PatchbayError('invalid', { detail: first.message, fields })
  return [...new Set(read.filter((range) => range !== null))]
}
