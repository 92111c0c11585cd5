import type { Reader, Store, Writer } from '#main/store/interface.ts'
import type { Toolbox } from './parts.ts'
import { allIds, runEach } from './run-all.ts'

/** What there is to write for work that runs. */
export type Step<Result> = (writer: Writer) => Promise<Result>

/**
 * Takes the step that `next` finds by reading. Where there is none, as the work is over or waits, which may be for days,
 * nothing is written; where there is one, it is found anew in the transaction that writes it, by what is true there.
 * @returns null when there was none.
 */
export const takeStep = async <Result>(
  store: Store,
  next: (read: Reader) => Promise<Step<Result> | null>,
): Promise<Result | null> => {
  if ((await next(store.read)) === null) return null
  return store.write(async (writer) => {
    const step = await next(writer)
    return step === null ? null : step(writer)
  })
}

/** Takes one step of each work that runs. A step answers how many deliveries it let go. */
export const takeSteps = async (
  { store, delivery }: Pick<Toolbox, 'store' | 'delivery'>,
  listIds: Parameters<typeof allIds>[0],
  nextStep: (read: Reader, id: string) => Promise<Step<number> | null>,
): Promise<void> => {
  let sent = 0
  try {
    await runEach(allIds(listIds), async (id) => {
      sent += (await takeStep(store, (read) => nextStep(read, id))) ?? 0
    })
  } finally {
    if (sent > 0) delivery.wake()
  }
}
