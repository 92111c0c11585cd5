import { expect } from 'vitest'
import type { EventInput } from '#contract/events.ts'

/** A valid event. */
export const registered = (over: Partial<EventInput> = {}): EventInput => ({
  type: 'attendee.registered',
  data: { attendeeId: 'A-1', email: 'nora@northwind.example', firstName: 'Nora', lastName: 'Lind' },
  ...over,
})

/** The error that a promise rejects with; fails when it resolves. */
export const rejection = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.fail('it resolved'),
    (error: unknown) => error,
  )
