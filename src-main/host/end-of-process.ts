import { fstatSync } from 'node:fs'

const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const
/** npm hands a signal on to a program that the terminal has already told: that is one wish, not two. */
const sameWishMs = 50

const isPipe = (descriptor: number): boolean => {
  try {
    const stats = fstatSync(descriptor)
    return stats.isFIFO() || stats.isSocket()
  } catch {
    // Closed, or none: nobody can end it any more.
    return false
  }
}

/**
 * Resolves when the process is asked to end: by a signal, or by the end of its parent when `followParent`.
 * A second signal ends it at once, with the code that a shell expects.
 */
export const endOfProcess = ({ followParent }: { followParent: boolean }): Promise<void> =>
  new Promise((resolve) => {
    let askedAt: number | null = null
    const ask = (): void => {
      askedAt ??= performance.now()
      resolve()
    }
    for (const [signal, code] of Object.entries(signals)) {
      process.on(signal, () => {
        if (askedAt !== null && performance.now() - askedAt > sameWishMs) process.exit(code)
        ask()
      })
    }
    if (!followParent) return
    process.once('disconnect', ask)
    if (isPipe(0)) process.stdin.once('end', ask).once('close', ask).resume()
  })
