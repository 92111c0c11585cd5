import type { FromWorker } from './messages.ts'
import type { Network, Reach } from './network-state.ts'

/** A host that does not answer in time knows nothing: the failure counts. */
const answerMs = 6_000

/** The network as the host of this thread knows it. */
export interface RemoteNetwork extends Network {
  /** What the host tells; `checked` when it has looked. */
  hear(told: { reach: Reach; checked: boolean }): void
}

export const createRemoteNetwork = (
  first: Reach,
  tell: (message: FromWorker) => void,
  onChange: () => void,
): RemoteNetwork => {
  let known = first
  let asking: { promise: Promise<Reach>; answer: (reach: Reach) => void } | null = null

  const ask = () => {
    const { promise, resolve } = Promise.withResolvers<Reach>()
    const timer = setTimeout(() => answer('world'), answerMs)
    const answer = (reach: Reach): void => {
      clearTimeout(timer)
      asking = null
      resolve(reach)
    }
    tell({ type: 'check_network' })
    return { promise, answer }
  }

  return {
    reach: () => known,
    check() {
      asking ??= ask()
      return asking.promise
    },
    noteAnswer() {
      known = 'world'
      tell({ type: 'network_answered' })
    },
    hear({ reach, checked }) {
      const changed = reach !== known
      known = reach
      if (checked) asking?.answer(reach)
      if (changed) onChange()
    },
  }
}
