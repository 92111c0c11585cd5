import { z } from 'zod'
import type { ActionOutcome, MatrixFilter, MatrixRow } from '#contract/access.ts'
import type { Page } from '#contract/paging.ts'
import type { Reader, UserInOrganization } from '#main/store/interface.ts'
import { readCursor, toCursor } from '../paging.ts'
import { principalOf } from '../sessions/session.ts'
import { toItem } from '../users/view.ts'
import type { Facts, Resource } from './facts.ts'
import { outcomesOf } from './outcome.ts'

/** So many people are looked at in one step where a filter leaves some out, and so many steps in one call. */
const stepPeople = 1_000
const stepsMax = 10

const cursorSchema = z.object({ name: z.string().max(200), id: z.string().max(64) })

export interface MatrixQuery extends MatrixFilter {
  readonly place: Resource & { readonly organizationId: string }
  /** What is true in the place, for nobody in particular. */
  readonly facts: Facts
  readonly cursor?: string
  readonly limit: number
}

/**
 * Decides once for everybody of the same standing: of a person, a decision reads only what the standing holds.
 * So thousands of people cost no more than the few dozen standings that there are.
 */
const createDecider = ({ place, facts, action }: MatrixQuery) => {
  const known = new Map<string, ActionOutcome[]>()
  return (person: UserInOrganization): ActionOutcome[] => {
    const { status, platformAdmin, membership, claim } = person
    const standing = JSON.stringify([
      status,
      platformAdmin,
      membership && [membership.workspaceRole, membership.organizationRole],
      claim && [claim.workspaceRole, claim.organizationRole],
    ])
    const found = known.get(standing)
    if (found !== undefined) return found
    const of = action === undefined ? undefined : [action]
    const outcomes = outcomesOf(principalOf(person), place, { ...facts, membership, claim }, of)
    known.set(standing, outcomes)
    return outcomes
  }
}

const hasRoles = (
  { membership, claim }: UserInOrganization,
  { workspaceRole, organizationRole }: MatrixFilter,
): boolean => {
  const roles = membership ?? claim
  if (workspaceRole !== undefined && roles?.workspaceRole !== workspaceRole) return false
  return organizationRole === undefined || roles?.organizationRole === organizationRole
}

const comesOutAs =
  ({ outcome, gate }: MatrixFilter) =>
  ({ allowed, decidedBy }: ActionOutcome): boolean =>
    (outcome === undefined || allowed === (outcome === 'allowed')) &&
    (gate === undefined || decidedBy === gate)

const toRow = (person: UserInOrganization, outcomes: ActionOutcome[]): MatrixRow => {
  const { lastSignInAt: _lastSignInAt, ...user } = toItem(person)
  return { user, outcomes }
}

/** Whether the filter asks more than the store answers. */
const leavesOut = ({ workspaceRole, organizationRole, outcome, gate }: MatrixFilter): boolean =>
  [workspaceRole, organizationRole, outcome, gate].some((asked) => asked !== undefined)

/**
 * A page of people × actions, by name. Where a filter leaves most people out, a page may come out short, even
 * empty, and still have a cursor: then the budget of the call was used up before the page was full.
 */
export const readMatrix = async (read: Reader, query: MatrixQuery): Promise<Page<MatrixRow>> => {
  const { place, search, limit } = query
  const decideFor = createDecider(query)
  const wanted = comesOutAs(query)
  const step = leavesOut(query) ? stepPeople : limit + 1
  const items: MatrixRow[] = []
  let after = readCursor(query.cursor, cursorSchema)
  for (let steps = 0; steps < stepsMax; steps += 1) {
    const people = await read.users.listOfOrganization({
      organizationId: place.organizationId,
      search,
      after,
      limit: step,
    })
    for (const person of people) {
      if (items.length === limit) return { items, nextCursor: toCursor(after) }
      after = { name: person.name, id: person.id }
      if (!hasRoles(person, query)) continue
      const outcomes = decideFor(person)
      if (outcomes.some(wanted)) items.push(toRow(person, outcomes))
    }
    if (people.length < step) return { items, nextCursor: null }
  }
  return { items, nextCursor: toCursor(after) }
}
