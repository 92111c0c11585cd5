import { z } from 'zod'
import { delayMsMax } from '#contract/webhooks.ts'

const unitsMs = { s: 1_000, min: 60_000, h: 3_600_000 } as const
export const delayUnits = ['s', 'min', 'h'] as const
export type DelayUnit = (typeof delayUnits)[number]

const msOf = ({ amount, unit }: { amount: number; unit: DelayUnit }) => Math.round(amount * unitsMs[unit])

/** One delay as a person gives it. */
export const delayRowSchema = z
  .object({ amount: z.number('Give a number').min(0, 'Not less than 0'), unit: z.enum(delayUnits) })
  .refine((row) => msOf(row) <= delayMsMax, { path: ['amount'], error: 'At most 24 hours' })
export type DelayRow = z.infer<typeof delayRowSchema>

/** A delay in its largest whole unit; a part of a second stays a part of a second. */
export const rowOfDelay = (delayMs: number): DelayRow => {
  const unit =
    delayUnits.findLast((candidate) => delayMs > 0 && delayMs % unitsMs[candidate] === 0) ?? delayUnits[0]
  return { amount: delayMs / unitsMs[unit], unit }
}

/** The rows of a schedule: the first attempt, made at once, has none. */
export const rowsOfSchedule = ([, ...delays]: readonly number[]): DelayRow[] => delays.map(rowOfDelay)

export const scheduleOfRows = (rows: readonly DelayRow[]): number[] => [0, ...rows.map(msOf)]
