import { afterEach, expect, it, vi } from 'vitest'
import { Outbox } from '#main/delivery/outbox.ts'
import type { Report, WorkQueue } from '#main/store/interface.ts'

afterEach(() => void vi.restoreAllMocks())

it('does not mark a request as sending that landed while nothing could be written', async () => {
  const reports: Report[] = []
  const isLocked = vi.fn().mockReturnValueOnce(true).mockReturnValue(false)
  const record: WorkQueue['record'] = async (report) => {
    reports.push(report)
    return isLocked() ? null : []
  }
  const tick = vi.spyOn(performance, 'now').mockReturnValue(1_000)
  const outbox = new Outbox({ record })
  outbox.sent('dlv_1')
  outbox.sent('dlv_2')
  tick.mockReturnValue(1_500)
  outbox.findSlow()
  expect(await outbox.write(0)).toBeNull()
  outbox.landed('dlv_1')
  await outbox.write(0)
  expect(reports.map(({ slow }) => slow)).toEqual([['dlv_1', 'dlv_2'], ['dlv_2']])
  expect(outbox.isEmpty).toBe(true)
})
