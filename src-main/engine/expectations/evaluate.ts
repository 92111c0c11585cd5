import type { Subject } from '#contract/access.ts'
import type { Decision } from '#contract/decision.ts'
import type { PlanOffer } from '#contract/organizations.ts'
import type { ExpectationRecord, ExpectationResult, Reader } from '#main/store/interface.ts'
import { decide } from '../access/decide.ts'
import type { Facts, Principal, Resource } from '../access/facts.ts'
import { loadFacts } from '../access/load-facts.ts'
import { outcomeOf, placeOf } from '../access/outcome.ts'
import { type FoundSubject, findSubject } from '../access/subject.ts'

/** What an expectation asks. */
export type ExpectationQuestion = Pick<
  ExpectationRecord,
  'id' | 'occasionId' | 'subjectKind' | 'subjectId' | 'subjectName' | 'action' | 'expected'
>

export const subjectOf = ({
  subjectKind,
  subjectId,
}: Pick<ExpectationRecord, 'subjectKind' | 'subjectId'>): Subject =>
  subjectKind === 'user' ? { kind: 'user', userId: subjectId } : { kind: 'api_key', apiKeyId: subjectId }

const noun = { user: 'person', api_key: 'key' } as const
const nobody: Principal = { kind: 'anonymous' }

const factOf = ({ gates, decidedBy }: Decision, { related }: FoundSubject, kind: 'user' | 'api_key') => {
  const decisive = gates.find(({ gate }) => gate === decidedBy)
  if (decisive === undefined) return 'every gate passes'
  const gone = decisive.code === 'not_found' && !related
  return gone ? `the ${noun[kind]} has nothing to do with this organization any more` : decisive.fact
}

/** An expectation about somebody who is gone fails, whatever it expects: it says nothing any more. */
const resultOf = (
  question: ExpectationQuestion,
  found: FoundSubject,
  facts: Facts,
  place: Resource,
): ExpectationResult => {
  const { id, subjectName, subjectKind, action, expected } = question
  const { principal, membership, claim } = found
  if (principal === null) {
    const fact = `the ${noun[subjectKind]} does not exist any more`
    return { id, subjectName, passed: false, decidedBy: null, code: null, fact }
  }
  const decision = decide(principal, action, place, { ...facts, membership, claim })
  const { allowed, decidedBy, code } = outcomeOf(decision)
  const passed = allowed === (expected === 'allowed')
  const fact = factOf(decision, found, subjectKind)
  return { id, subjectName: principal.name, passed, decidedBy, code, fact }
}

/** The times at which facts change by themselves: overrides that end, keys that begin or expire. */
const turningPoints = (facts: Facts, { principal }: FoundSubject): number[] =>
  [
    ...[facts.organizationOverride, facts.occasionOverride].flatMap(({ api_access, webhooks }) => [
      api_access?.endsAt ?? null,
      webhooks?.endsAt ?? null,
    ]),
    ...(principal?.kind === 'api_key' ? [principal.notBefore, principal.expiresAt] : []),
  ].filter((at) => at !== null)

const remembered = <Key, Value>(read: (key: Key) => Promise<Value>) => {
  const known = new Map<Key, Promise<Value>>()
  return (key: Key): Promise<Value> => {
    const reading = known.get(key) ?? read(key)
    known.set(key, reading)
    return reading
  }
}

/** Answers expectations of one organization. */
export interface Evaluator {
  result(question: ExpectationQuestion): Promise<ExpectationResult>
  /**
   * When one of the results may come out differently although nobody changes anything, Unix ms; null for never.
   */
  nextChangeAt(): number | null
}

/** Reads each place and each subject once, however many expectations ask about them. */
export const createEvaluator = (
  read: Reader,
  { organizationId, now, plans }: { organizationId: string; now: number; plans: readonly PlanOffer[] },
): Evaluator => {
  const factsOf = remembered((occasionId: string | null) =>
    loadFacts(read, { principal: nobody, organizationId, occasionId, now, plans }),
  )
  const users = remembered((userId: string) => findSubject(read, { kind: 'user', userId }, organizationId))
  const keys = remembered((apiKeyId: string) =>
    findSubject(read, { kind: 'api_key', apiKeyId }, organizationId),
  )
  let next: number | null = null
  return {
    async result(question) {
      const facts = await factsOf(question.occasionId)
      const found = await (question.subjectKind === 'user' ? users : keys)(question.subjectId)
      const ahead = turningPoints(facts, found).filter((at) => at > now)
      if (ahead.length > 0) next = Math.min(next ?? Number.POSITIVE_INFINITY, ...ahead)
      return resultOf(question, found, facts, placeOf(organizationId, question.occasionId))
    },
    nextChangeAt: () => next,
  }
}
