import type { UserRecord } from '#main/store/interface.ts'
import type { AuditFact } from '../audit/audit.ts'
import type { Caller } from '../operation.ts'
import { audited as auditedWebhook } from '../webhooks/view.ts'
import type { PastApiKey, PastOrganization } from './past-organization.ts'

const hourMs = 3_600_000
const address = '127.0.0.1'

/** Something that somebody did, for the audit log. */
export interface Deed {
  /** Unix ms. */
  readonly at: number
  readonly caller: Caller | 'program'
  readonly fact: AuditFact
}

const asCaller = ({ id, name, status, platformAdmin }: UserRecord): Caller => ({
  principal: { kind: 'user', id, name, status, platformAdmin },
  address,
})

const auditedKey = ({ record, plan }: PastApiKey, revokedAt: number | null) => ({
  name: record.name,
  description: record.description,
  environment: plan.environment,
  scopes: record.scopes,
  prefix: record.prefix,
  expiresAt: record.expiresAt,
  revokedAt,
})

/** Somebody of the organization; the program when nobody is named. */
export const memberNamed = (
  { members }: Pick<PastOrganization, 'members'>,
  name: string | undefined,
): Deed['caller'] => {
  const member = members.find(({ user }) => user.name === name)
  return member === undefined ? 'program' : asCaller(member.user)
}

/** Who set the organization up and what they did since, oldest first. */
export const tellStory = (past: PastOrganization, now: number): Deed[] => {
  const { plan, organization, members, rules, apiKeys, webhooks } = past
  const organizationId = organization.id
  const by = (name: string | undefined): Deed['caller'] => memberNamed(past, name)
  const about = (targetKind: string, targetId: string) => ({ organizationId, targetKind, targetId })

  const setUp: Deed = {
    at: organization.createdAt,
    caller: 'program',
    fact: {
      ...about('organization', organizationId),
      action: 'installation.set_up',
      after: {
        organization: organization.name,
        owner: members[0]?.user.name,
        plan: plan.formerPlan?.plan ?? plan.plan,
      },
    },
  }
  const ofRules = rules.map(({ id, target, note, createdAt, createdBy }) => ({
    at: createdAt,
    caller: by(createdBy),
    fact: { ...about('network_rule', id), action: 'settings.add_network_rule', after: { target, note } },
  }))
  const ofKeys = apiKeys.flatMap((key): Deed[] => {
    const { record, plan: planned } = key
    const names = about('api_key', record.id)
    const created = { ...names, action: 'api_keys.create', after: auditedKey(key, null) }
    const deeds: Deed[] = [{ at: record.createdAt, caller: by(planned.createdBy), fact: created }]
    if (record.revokedAt !== null) {
      const before = auditedKey(key, null)
      const after = auditedKey(key, record.revokedAt)
      const fact = { ...names, action: 'api_keys.revoke', before, after }
      deeds.push({ at: record.revokedAt, caller: by(planned.revokedBy), fact })
    }
    return deeds
  })
  const verbs = { paused: 'pause', disabled: 'disable', suspended: 'suspend' } as const
  const ofWebhooks = webhooks.flatMap(({ record, plan: { createdBy, ended }, goneAt }): Deed[] => {
    const names = about('webhook', record.id)
    const active = auditedWebhook({ ...record, status: 'active' })
    const created = { ...names, action: 'webhooks.create', after: active }
    const deeds: Deed[] = [{ at: record.createdAt, caller: by(createdBy), fact: created }]
    if (ended !== undefined) {
      const action = `webhooks.${verbs[ended.status]}`
      const after = { ...auditedWebhook(record), reason: ended.reason }
      const at = goneAt ?? now - ended.hoursAgo * hourMs
      deeds.push({ at, caller: by(ended.by), fact: { ...names, action, before: active, after } })
    }
    return deeds
  })
  const ofPlan = plan.formerPlan === undefined ? [] : [plan.formerPlan]
  const ofSubscription = ofPlan.map(
    (former): Deed => ({
      at: now - former.changedHoursAgo * hourMs,
      caller: by(former.by),
      fact: {
        ...about('organization', organizationId),
        action: 'subscription.change',
        before: { plan: former.plan },
        after: { plan: plan.plan },
      },
    }),
  )
  const ofPeople = members.flatMap(({ user }): Deed[] => {
    const fact = { ...about('user', user.id), action: 'session.signed_in', after: { how: 'demo' } }
    return user.lastSignInAt === null ? [] : [{ at: user.lastSignInAt, caller: asCaller(user), fact }]
  })
  return [setUp, ...ofRules, ...ofKeys, ...ofWebhooks, ...ofSubscription, ...ofPeople].sort(
    (a, b) => a.at - b.at,
  )
}
