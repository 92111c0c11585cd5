import { describe, expect, it } from 'vitest'
import { trialChangeSchema } from '#contract/access.ts'
import { changeLabels, kindsFor, newChange, withKeys } from '#renderer/features/access/trial-changes.ts'

const user = { kind: 'user', userId: 'usr_01h455vb4pex5vsknk084sn02q' } as const
const key = { kind: 'api_key', apiKeyId: 'key_01h455vb4pex5vsknk084sn02q' } as const

describe('changes to try', () => {
  it('are offered for a person, and those without roles and memberships for a key', () => {
    expect(kindsFor(user)).toEqual(Object.keys(changeLabels))
    expect(kindsFor(key)).toEqual(['set_plan', 'set_override', 'remove_override', 'set_switch'])
  })

  it('start as the contract takes them', () => {
    for (const kind of kindsFor(user)) {
      expect(trialChangeSchema.parse(newChange(kind))).toEqual(newChange(kind))
    }
  })

  it('keep their keys while their words change, and have different ones when there are two of a kind', () => {
    const plan = newChange('set_plan')
    const before = withKeys([plan, newChange('set_switch'), plan]).map((one) => one.key)
    const after = withKeys([{ kind: 'set_plan', plan: 'free' }, newChange('set_switch'), plan]).map(
      (one) => one.key,
    )
    expect(after).toEqual(before)
    expect(new Set(before).size).toBe(3)
  })
})
