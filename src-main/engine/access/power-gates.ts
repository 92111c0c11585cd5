import { type Capability, capabilities, type KillSwitch } from '#contract/vocabulary.ts'
import { type GateAnswer, type GateFunction, nothingRead, pass, refuse } from './answer.ts'
import { capabilityCode, resolveCapability } from './capability.ts'
import type { Facts, SwitchFact } from './facts.ts'
import { isKey, type Question } from './question.ts'
import { allOf, anyOf, timeText } from './wording.ts'

/** The switches that must be on. Every call of a key depends on `api_access`. */
const switchesOf = ({ principal, rule }: Question): readonly KillSwitch[] => {
  if (!isKey(principal)) return rule.killSwitch === undefined ? [] : [rule.killSwitch]
  return rule.keyCapability === undefined ? ['api_access'] : ['api_access', rule.keyCapability]
}

const switchText = (name: KillSwitch, level: string, { by, at, reason }: SwitchFact): string =>
  [
    `switch ${name} is off for ${level}`,
    at === null ? '' : ` since ${timeText(at)}`,
    by === null ? '' : ` by ${by}`,
    reason === null ? '' : `: ${reason}`,
  ].join('')

/** Gate 2: the action's switch is on for the platform and for the organization. */
export const killSwitch: GateFunction = (question) => {
  const needed = switchesOf(question)
  if (needed.length === 0) return pass(`${question.action} has no kill switch`)
  if (!question.known) return nothingRead
  const off = needed.flatMap((name) => {
    const { platform, organization } = question.facts.switches[name]
    return [
      { name, level: 'everybody', state: platform },
      { name, level: 'this organization', state: organization },
    ].filter(({ state }) => !state.on)
  })
  if (off.length === 0) return pass(`switch ${allOf(needed)} is on`)
  return refuse(
    'switched_off',
    off.map(({ name, level, state }) => switchText(name, level, state)).join('; '),
    `switch on ${allOf(off.map(({ name, level }) => `${name} for ${level}`))}`,
    'platform_admin',
  )
}

/** The capabilities that are needed, in the order of the vocabulary. A key always needs `api_access`. */
const capabilitiesOf = ({ principal, rule }: Question): readonly Capability[] => {
  const needed = isKey(principal) ? ['api_access', rule.keyCapability] : [rule.capability]
  return capabilities.filter((one) => needed.includes(one))
}

const refuseDenied = (
  capability: Capability,
  level: 'occasion' | 'organization',
  fact: string,
  facts: Facts,
) => {
  const field = level === 'occasion' ? 'occasionOverride' : 'organizationOverride'
  const without = { ...facts, [field]: { ...facts[field], [capability]: null } }
  const change = resolveCapability(capability, without).granted
    ? `remove the override on the ${level} that denies ${capability}`
    : `replace the override on the ${level} that denies ${capability} with one that grants it`
  return refuse('capability_denied', fact, change, 'platform_admin')
}

const capabilityAnswer = (capability: Capability, facts: Facts): GateAnswer => {
  const state = resolveCapability(capability, facts)
  const code = capabilityCode(state)
  if (code === null) return pass(state.fact)
  if (code === 'capability_denied') {
    const level = state.source === 'occasion_override' ? 'occasion' : 'organization'
    return refuseDenied(capability, level, state.fact, facts)
  }
  const plans = facts.plansGranting[capability]
  if (plans.length > 0) return refuse(code, state.fact, `change the plan to ${anyOf(plans)}`, 'owner')
  const change = `${code === 'trial_ended' ? 'extend the' : 'add an'} override that grants ${capability}`
  return refuse(code, state.fact, change, 'platform_admin')
}

/** Gate 4: the action needs no capability, or an override or the plan grants it. */
export const capability: GateFunction = (question) => {
  const needed = capabilitiesOf(question)
  if (needed.length === 0) return pass(`${question.action} needs no capability`)
  if (!question.known) return nothingRead
  const answers = needed.map((name) => capabilityAnswer(name, question.facts))
  return answers.find(({ passed }) => !passed) ?? pass(answers.map(({ fact }) => fact).join('; '))
}
