import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scanRows } from '#main/store/scan.ts'

const idOf = (number: number): string => String(number).padStart(8, '0')

/** The rows 1 to `count`, of which those that `wanted` picks meet the conditions. */
const numbers = (count: number, wanted: (number: number) => boolean) => {
  const looked = { at: 0, largest: 0 }
  const newest = (beforeId: string | undefined) => (beforeId === undefined ? count : Number(beforeId) - 1)
  return {
    looked,
    list: (limit: number, beforeId?: string) =>
      scanRows({
        beforeId,
        limit,
        lastId: async (before, size) => {
          const last = newest(before) - size + 1
          return last >= 1 ? idOf(last) : undefined
        },
        rows: async (before, size, most) => {
          looked.at += size
          looked.largest = Math.max(looked.largest, size)
          const window = Array.from({ length: Math.min(size, newest(before)) }, (_, n) => newest(before) - n)
          return window
            .filter(wanted)
            .slice(0, most)
            .map((number) => ({ id: idOf(number) }))
        },
      }),
  }
}

describe('scanning', () => {
  it('looks at no more than the page when every row is wanted', async () => {
    const { list, looked } = numbers(100_000, () => true)
    const { rows, nextId } = await list(50)
    expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: 50 }, (_, n) => idOf(100_000 - n)))
    expect(nextId).toBe(idOf(100_000 - 49))
    expect(looked.at).toBe(51)
  })

  it('gives up after its budget with a place to go on, and finds the rest from there', async () => {
    const { list, looked } = numbers(150_000, (number) => number === 7)
    const first = await list(50)
    expect(first.rows).toEqual([])
    expect(looked.at).toBeLessThan(120_000)
    expect(looked.largest).toBeLessThanOrEqual(10_000)
    const second = await list(50, first.nextId ?? expect.fail('nowhere to go on'))
    expect(second).toEqual({ rows: [{ id: idOf(7) }], nextId: null })
  })

  it('shows each wanted row once, in order, over all pages', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { maxLength: 2_000 }),
        fc.integer({ min: 1, max: 40 }),
        async (picked, limit) => {
          const { list } = numbers(picked.length, (number) => picked[number - 1] === true)
          const seen: string[] = []
          let beforeId: string | undefined
          do {
            const { rows, nextId } = await list(limit, beforeId)
            expect(rows.length).toBeLessThanOrEqual(limit)
            seen.push(...rows.map(({ id }) => id))
            beforeId = nextId ?? undefined
          } while (beforeId !== undefined)
          const wanted = picked.flatMap((one, index) => (one ? [idOf(index + 1)] : [])).reverse()
          expect(seen).toEqual(wanted)
        },
      ),
      { numRuns: 200 },
    )
  })
})
