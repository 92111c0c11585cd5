/** The time, passed in so that a test can move it. */
export interface Clock {
  /** Unix time in ms. */
  now(): number
}
