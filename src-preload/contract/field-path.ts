import { z } from 'zod'

/** A place in the body of an event: names joined by dots, `data.attendee.email`; numbers are places in a list. */
export const fieldPathSchema = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){0,15}$/, 'Use names joined by dots, like data.attendee.email')

const placeInList = /^(0|[1-9]\d{0,8})$/

/** What lies directly in a list or an object of JSON under a name; undefined when nothing does. */
export const memberOf = (container: unknown, name: string): unknown => {
  if (typeof container !== 'object' || container === null) return undefined
  if (Array.isArray(container) && !placeInList.test(name)) return undefined
  return Object.getOwnPropertyDescriptor(container, name)?.value
}

/** The value at a path of a body of JSON; undefined when nothing is there. What is inherited is not there. */
export const fieldAt = (body: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((container, name) => memberOf(container, name), body)
