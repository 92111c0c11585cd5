/** The time of day, Unix ms. Durations are measured apart, so that a jump of the clock does not bend them. */
export interface Clock {
  now(): number
}
