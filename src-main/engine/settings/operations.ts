import type { ConsoleContract } from '#contract/console.ts'
import type { NetworkRule } from '#contract/settings.ts'
import type { NetworkRuleRecord } from '#main/store/interface.ts'
import { named } from '../access/named.ts'
import { callerName } from '../caller-name.ts'
import { invalid, PatchbayError } from '../errors.ts'
import type { Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'
import { idleLockMinutes } from '../sessions/state.ts'

const toRule = ({ organizationId: _organization, ...rule }: NetworkRuleRecord): NetworkRule => rule

const audited = ({ target, note }: NetworkRuleRecord) => ({ target, note })

export const createSettings = ({
  store,
  clock,
  ids,
  networkPolicy,
  installation,
  access,
  audit,
  delivery,
}: Toolbox): Operations<ConsoleContract['settings']> => ({
  async get(caller, { organizationId }) {
    await access.require(caller, 'settings.view', { organizationId })
    return {
      ...(await installation.describe()),
      idleLockMinutes: await idleLockMinutes(store.read),
      networkRules: (await store.read.networkRules.list(organizationId)).map(toRule),
    }
  },

  async setIdleLock(caller, { organizationId, idleLockMinutes: minutes }) {
    await access.require(caller, 'settings.manage', { organizationId })
    await store.write(async (writer) => {
      const before = await idleLockMinutes(writer)
      if (before === minutes) return
      await writer.installation.set('idle_lock_minutes', String(minutes))
      await audit.record(writer, caller, {
        action: 'settings.set_idle_lock',
        organizationId,
        targetKind: 'settings',
        targetId: null,
        before: { idleLockMinutes: before },
        after: { idleLockMinutes: minutes },
      })
    })
    return { done: true }
  },

  async addNetworkRule(caller, { organizationId, target, note }) {
    await access.require(caller, 'settings.manage', { organizationId, kind: 'network_rule' })
    const problem = networkPolicy.checkRuleTarget(target.toLowerCase())
    if (problem !== null) throw invalid('/target', problem)
    const rule: NetworkRuleRecord = {
      id: ids.next('nwr'),
      organizationId,
      target: target.toLowerCase(),
      note,
      createdAt: clock.now(),
      createdBy: callerName(caller),
    }
    await store.write(async (writer) => {
      if (!(await writer.networkRules.insert(rule))) {
        throw new PatchbayError('conflict', { detail: `There is a rule for ${rule.target} already.` })
      }
      await audit.record(writer, caller, {
        action: 'settings.add_network_rule',
        organizationId,
        targetKind: 'network_rule',
        targetId: rule.id,
        after: audited(rule),
      })
    })
    return toRule(rule)
  },

  async removeNetworkRule(caller, { organizationId, networkRuleId }) {
    const rules = await store.read.networkRules.list(organizationId)
    const known = rules.find(({ id }) => id === networkRuleId) ?? null
    await access.require(
      caller,
      'settings.manage',
      named(organizationId, 'network_rule', networkRuleId, known),
    )
    await store.write(async (writer) => {
      const removed = await writer.networkRules.delete(organizationId, networkRuleId)
      if (removed === null) throw new PatchbayError('not_found')
      await audit.record(writer, caller, {
        action: 'settings.remove_network_rule',
        organizationId,
        targetKind: 'network_rule',
        targetId: networkRuleId,
        before: audited(removed),
      })
    })
    delivery.reconsider()
    return { done: true }
  },

  async backUpNow(caller, { organizationId }) {
    await access.require(caller, 'settings.manage', { organizationId })
    const backup = await installation.backUp()
    await store.write((writer) =>
      audit.record(writer, caller, {
        action: 'settings.back_up',
        organizationId,
        targetKind: 'settings',
        targetId: null,
        after: { path: backup.path, sizeBytes: backup.sizeBytes },
      }),
    )
    return backup
  },
})
