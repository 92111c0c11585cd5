import type { Chance } from './chance.ts'
import type { DemoOrganization, DemoTraffic } from './definition.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** Something that happened. */
export interface Happening {
  readonly type: string
  /** Name of the occasion. */
  readonly occasion: string | undefined
  /** When it was accepted. Unix ms. */
  readonly at: number
}

/** From Sunday. */
const weekdayShare = [0.7, 0.95, 1, 1, 1.1, 1.25, 1]
/** Some happens at any hour; most of it around the early afternoon (UTC). */
const anyHourShare = 0.08
/** Nothing is younger: what was accepted is delivered by now. */
const settledMs = 90_000

const timeOfDay = (chance: Chance): number =>
  chance.happens(anyHourShare) ? chance.next() * dayMs : (8 + (chance.next() + chance.next()) * 6.5) * hourMs

const timesOf = (traffic: DemoTraffic, days: number, now: number, chance: Chance): number[] => {
  const { perDay, sinceDays = days, untilHours = 0 } = traffic
  const from = now - sinceDays * dayMs
  const to = now - Math.max(settledMs, untilHours * hourMs)
  const today = now - (now % dayMs)
  const times: number[] = []
  for (let daysAgo = days; daysAgo >= 0; daysAgo -= 1) {
    const day = today - daysAgo * dayMs
    const growth = 0.75 + 0.5 * (1 - daysAgo / days)
    const mean = perDay * growth * (weekdayShare[new Date(day).getUTCDay()] ?? 1)
    const count = Math.floor(mean) + (chance.happens(mean % 1) ? 1 : 0)
    for (let made = 0; made < count; made += 1) {
      const at = Math.floor(day + timeOfDay(chance))
      if (at >= from && at < to) times.push(at)
    }
  }
  return times
}

/** What happened in an organization in the last `days` before `now`, oldest first. */
export const planTraffic = (
  { traffic }: DemoOrganization,
  { days, now, chance }: { days: number; now: number; chance: Chance },
): Happening[] =>
  traffic
    .flatMap((one) =>
      timesOf(one, days, now, chance).map((at) => ({ type: one.type, occasion: one.occasion, at })),
    )
    .sort((a, b) => a.at - b.at)
