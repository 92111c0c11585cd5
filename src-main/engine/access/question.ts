import { type Action, type ActionRule, ruleOf } from '#contract/actions.ts'
import { noOverrides } from './capability.ts'
import type { Facts, Principal, Resource } from './facts.ts'

/** A question with what follows from it before any gate: the rule, and what the principal may learn. */
export interface Question {
  readonly principal: Principal
  readonly action: Action
  readonly rule: ActionRule
  readonly resource: Resource
  readonly facts: Facts
  /**
   * Whether the addressed organization exists and the principal has something to do with it. Where not,
   * no gate reads it: the answer about an organization of strangers is the one about none at all.
   */
  readonly known: boolean
  /** Whether the addressed occasion, if any, is one of the addressed organization. */
  readonly occasionKnown: boolean
}

const isRelated = (principal: Principal, resource: Resource, facts: Facts): boolean => {
  switch (principal.kind) {
    case 'anonymous':
    case 'unknown_key':
      return false
    case 'operator':
      return true
    case 'api_key':
      return principal.organizationId === resource.organizationId
    case 'user':
      return principal.platformAdmin || facts.membership !== null || facts.claim !== null
  }
}

/** Prepares a question. The overrides of an occasion that is not of the organization are never read. */
export const toQuestion = (
  principal: Principal,
  action: Action,
  resource: Resource,
  facts: Facts,
): Question => {
  const exists = facts.organization !== null && facts.organization.id === resource.organizationId
  const ownOccasion =
    facts.occasion !== null &&
    facts.occasion.id === resource.occasionId &&
    facts.occasion.organizationId === resource.organizationId
  return {
    principal,
    action,
    rule: ruleOf(action),
    resource,
    facts: ownOccasion ? facts : { ...facts, occasionOverride: noOverrides },
    known: exists && isRelated(principal, resource, facts),
    occasionKnown: resource.occasionId === null || ownOccasion,
  }
}

/** Whether the principal came with an API key, known or not. */
export const isKey = ({ kind }: Principal): boolean => kind === 'api_key' || kind === 'unknown_key'
