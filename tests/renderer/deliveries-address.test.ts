import { describe, expect, it } from 'vitest'
import { deliveryFilterSchema } from '#contract/events.ts'
import {
  deliveriesAddress,
  eventsAddress,
  heldAddress,
  statusChoices,
} from '#renderer/app/deliveries-address.ts'
import { fromLocalInput } from '#renderer/ui/date-time.ts'

const filtersOf = (address: string) => Object.fromEntries(new URL(address, 'http://console').searchParams)

describe('the address of a list of deliveries', () => {
  it('has the filters that are given, and no others', () => {
    expect(deliveriesAddress({})).toBe('/deliveries')
    expect(
      filtersOf(deliveriesAddress({ webhookId: 'whk_1', status: 'held', heldReason: 'paused' })),
    ).toEqual({
      webhook: 'whk_1',
      status: 'held',
      reason: 'paused',
    })
  })

  it('begins at the very minute that is given', () => {
    const since = Date.UTC(2027, 0, 31, 18, 30)
    for (const address of [deliveriesAddress({ status: 'exhausted', since }), eventsAddress(since)]) {
      const { range, from = '' } = filtersOf(address)
      expect(range).toBe('custom')
      expect(fromLocalInput(from)).toBe(since)
    }
  })

  it('is that of all that is held of its events where an occasion is chosen', () => {
    expect(heldAddress(null)).toBe('/held')
    expect(heldAddress({ id: 'occ_1' })).toBe('/deliveries?status=held')
  })

  it.each(statusChoices)('has no status that the host would refuse: %s', (status) => {
    expect(deliveryFilterSchema.parse({ status }).status).toEqual(status.split(','))
  })
})
