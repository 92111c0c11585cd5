import { afterEach, expect, it, vi } from 'vitest'
import { Outbox } from '#main/delivery/outbox.ts'
import type { Report, Settlement, WorkQueue } from '#main/store/interface.ts'
import { anAttempt } from '../support/attempt.ts'

afterEach(() => void vi.restoreAllMocks())

/** Two requests, `dlv_1` and `dlv_2`, are under way and have become slow. */
const outboxWithSlow = (record: WorkQueue['record']): Outbox => {
  const tick = vi.spyOn(performance, 'now').mockReturnValue(1_000)
  const outbox = new Outbox({ record, sync: async () => {} })
  outbox.sent('dlv_1')
  outbox.sent('dlv_2')
  tick.mockReturnValue(1_500)
  outbox.findSlow()
  return outbox
}

it('does not mark a request as sending that landed while nothing could be written', async () => {
  const reports: Report[] = []
  const isLocked = vi.fn().mockReturnValueOnce(true).mockReturnValue(false)
  const record: WorkQueue['record'] = async (report) => {
    reports.push(report)
    return isLocked() ? null : []
  }
  const outbox = outboxWithSlow(record)
  expect(await outbox.write(0)).toBeNull()
  outbox.landed('dlv_1')
  await outbox.write(0)
  expect(reports.map(({ slow }) => slow)).toEqual([['dlv_1', 'dlv_2'], ['dlv_2']])
  expect(outbox.isEmpty).toBe(true)
})

it('does not mark a request as sending that landed while somebody else kept the database', async () => {
  const reports: Report[] = []
  const turn = Promise.withResolvers<void>()
  const record: WorkQueue['record'] = async (report) => {
    reports.push(report)
    await turn.promise
    return reports.length === 1 ? null : []
  }
  const outbox = outboxWithSlow(record)
  const writing = outbox.write(0)
  outbox.landed('dlv_1')
  turn.resolve()
  expect(await writing).toBeNull()
  await outbox.write(0)
  expect(reports.map(({ slow }) => slow)).toEqual([['dlv_1', 'dlv_2'], ['dlv_2']])
})

const delivered: Settlement = {
  webhookId: 'whk_1',
  deliveryKind: 'event',
  outcome: { kind: 'delivered' },
  attempt: anAttempt({ id: 'att_1', deliveryId: 'dlv_1' }),
}

it('does not write again what is written, when the disk may not have taken it', async () => {
  const record = vi.fn<WorkQueue['record']>(async () => ['deliveries'])
  const failed = new Error('The disk did not take what was written.')
  const outbox = new Outbox({ record, sync: vi.fn().mockRejectedValueOnce(failed) })
  outbox.settle(delivered, true)
  await outbox.write(0)
  await expect(outbox.sync()).rejects.toBe(failed)
  expect(outbox.isEmpty).toBe(true)
  expect(record).toHaveBeenCalledOnce()
})

it('waits for the disk for attempts only: a lost mark costs nothing', async () => {
  const sync = vi.fn(async () => {})
  const outbox = new Outbox({ record: async () => [], sync })
  outbox.giveBack({
    id: 'dlv_1',
    dueAt: 0,
    kind: 'event',
    eventId: 'evt_1',
    attempts: 0,
    createdAt: 0,
    body: Buffer.of(),
  })
  await outbox.write(0)
  await outbox.sync()
  expect(sync).not.toHaveBeenCalled()
  outbox.settle(delivered, true)
  await outbox.write(0)
  await outbox.sync()
  await outbox.sync()
  expect(sync).toHaveBeenCalledOnce()
})
