/** Turns follow each other no closer, so that each has something to do … */
const pauseMs = 2
/** … and less close when so many deliveries came in one: a turn costs as much as sending several of them. */
const manyTaken = 8
const longPauseMs = 5
/** Somebody else is writing: until the next try. */
export const busyMs = 1

/** How long to wait after a turn that has taken so many deliveries; `recorded` is false while somebody else writes. */
export const pauseAfter = (taken: number, recorded: boolean): number => {
  if (!recorded) return busyMs
  return taken < manyTaken ? pauseMs : longPauseMs
}
