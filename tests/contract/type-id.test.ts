import { randomFillSync } from 'node:crypto'
import fc from 'fast-check'
import { TypeID } from 'typeid-js'
import { describe, expect, it } from 'vitest'
import { attemptIdSchema } from '#contract/ids.ts'
import { createTypeIds } from '#contract/type-id.ts'

describe('ids', () => {
  const makeId = createTypeIds((words) => randomFillSync(words))
  const nextId = (atMs: number) => makeId('att', atMs)

  it('are TypeIDs that hold a UUIDv7 of the given time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), (atMs) => {
        const id = attemptIdSchema.parse(nextId(atMs))
        const uuid = TypeID.fromString(id, 'att').toUUID()
        expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
        expect(Number.parseInt(uuid.replaceAll('-', '').slice(0, 12), 16)).toBe(atMs)
      }),
    )
  })

  it('are never the same, within a millisecond and across refills of the random pool', () => {
    const ids = Array.from({ length: 5_000 }, () => nextId(1_800_000_000_000))
    expect(new Set(ids).size).toBe(5_000)
  })

  it('use all of their random bits', () => {
    const allOnes = createTypeIds((words) => words.fill(0xffff))
    const allZeros = createTypeIds((words) => words.fill(0))
    const uuidOf = (id: string) => TypeID.fromString(id, 'att').toUUID()
    expect(uuidOf(allOnes('att', 0))).toBe('00000000-0000-7fff-bfff-ffffffffffff')
    expect(uuidOf(allZeros('att', 0))).toBe('00000000-0000-7000-8000-000000000000')
    expect(uuidOf(allOnes('att', 0, 0))).toBe('00000000-0000-7000-bfff-ffffffffffff')
  })

  it('hold a counter, which keeps the order of one millisecond', () => {
    const ids = Array.from({ length: 0x1000 }, (_, counter) => makeId('att', 1_800_000_000_000, counter))
    expect(ids.toSorted()).toEqual(ids)
    expect(
      TypeID.fromString(ids.at(0xabc) ?? '', 'att')
        .toUUID()
        .slice(14, 18),
    ).toBe('7abc')
  })
})
