import type { ConsoleContract } from '#contract/console.ts'
import { killSwitches } from '#contract/vocabulary.ts'
import type { SwitchedOff } from '#main/store/interface.ts'
import { callerName } from '../caller-name.ts'
import type { Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'
import { drainSwitchedOff } from './drain.ts'

/** Of the organizations for which a switch is off, so many are named. */
const organizationsMax = 200

const told = ({ reason, by, at }: SwitchedOff) => ({ reason, by, at })

/** The switches that stop a power at run time, for everybody or for one organization. */
export const createSwitches = (
  toolbox: Toolbox,
): Pick<Operations<ConsoleContract['platform']>, 'killSwitches' | 'switchOff' | 'switchOn'> => {
  const { store, clock, delivery, access, audit } = toolbox

  return {
    async killSwitches(caller) {
      await access.require(caller, 'platform.flags.manage', { organizationId: null })
      const all = await store.read.platform.listSwitchedOff()
      return killSwitches.map((name) => {
        const off = all.filter((one) => one.name === name)
        const ofPlatform = off.find(({ organizationId }) => organizationId === null)
        const organizations = off.flatMap(({ organizationId, organizationName, ...one }) =>
          organizationId === null || organizationName === null
            ? []
            : [{ organizationId, organizationName, ...told({ organizationId, ...one }) }],
        )
        return {
          name,
          platform: ofPlatform === undefined ? null : told(ofPlatform),
          organizations: organizations.slice(0, organizationsMax),
          organizationsOff: organizations.length,
        }
      })
    },

    async switchOff(caller, { name, organizationId, reason }) {
      await access.require(caller, 'platform.flags.manage', { organizationId })
      await store.write(async (writer) => {
        const listed = await writer.killSwitches.listOff(organizationId)
        const before = listed.find((one) => one.name === name && one.organizationId === organizationId)
        const off = { name, organizationId, reason, by: callerName(caller), at: clock.now() }
        await writer.killSwitches.switchOff(off)
        await audit.record(writer, caller, {
          action: 'platform.switch_off',
          organizationId,
          targetKind: 'kill_switch',
          targetId: name,
          before: before === undefined ? { on: true } : { on: false, ...told(before) },
          after: { on: false, ...told(off) },
        })
      })
      if (name === 'delivery') delivery.reconsider()
      return { done: true }
    },

    async switchOn(caller, { name, organizationId }) {
      await access.require(caller, 'platform.flags.manage', { organizationId })
      await store.write(async (writer) => {
        const listed = await writer.killSwitches.listOff(organizationId)
        const before = listed.find((one) => one.name === name && one.organizationId === organizationId)
        if (before === undefined) return
        await writer.killSwitches.switchOn(name, organizationId)
        await audit.record(writer, caller, {
          action: 'platform.switch_on',
          organizationId,
          targetKind: 'kill_switch',
          targetId: name,
          before: { on: false, ...told(before) },
          after: { on: true },
        })
      })
      if (name === 'delivery') {
        // What waits goes on at once, before what was held since.
        delivery.wake()
        await drainSwitchedOff(toolbox)
      }
      return { done: true }
    },
  }
}
