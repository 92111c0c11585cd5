import type { Reader, Writer } from '#main/store/interface.ts'
import type { Toolbox } from '../parts.ts'
import { allIds, runEach } from '../run-all.ts'

/** What there is to write for work that runs. @returns how many deliveries it let go. */
export type Step = (writer: Writer) => Promise<number>

/** Finds by reading what work can do now. Null: it is over, or waits, which may be for days. */
type NextStep = (read: Reader, id: string) => Promise<Step | null>

/**
 * Takes one step of each work that runs. Where there is none it writes nothing; where there is one, it is found anew in
 * the transaction that writes it, by what is true there.
 */
export const takeSteps = async (
  { store, delivery }: Pick<Toolbox, 'store' | 'delivery'>,
  listIds: Parameters<typeof allIds>[0],
  nextStep: NextStep,
): Promise<void> => {
  let sent = 0
  try {
    await runEach(allIds(listIds), async (id) => {
      if ((await nextStep(store.read, id)) === null) return
      sent += await store.write(async (writer) => {
        const step = await nextStep(writer, id)
        return step === null ? 0 : step(writer)
      })
    })
  } finally {
    if (sent > 0) delivery.wake()
  }
}
