import type { ChildProcess } from 'node:child_process'

const parentCheckMs = 500

/**
 * Lets this script be nothing but its child: signals are passed on, and its end is the end of this. When the
 * shell that npm put in between is gone (npm was told to end, and told only that shell), the child is told too.
 * A terminal has told the child of Ctrl-C already; the programs take two signals at once for one.
 */
export const follow = (child: ChildProcess): void => {
  const { ppid } = process
  const watch = setInterval(() => {
    if (process.ppid !== ppid) tell('SIGTERM')
  }, parentCheckMs)
  const tell = (signal: NodeJS.Signals) => {
    // A parent that ends after it passed a signal on must not look like a second wish.
    clearInterval(watch)
    child.kill(signal)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, tell)
  watch.unref()
  child.on('error', (error) => {
    console.error(error.message)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 0 : 1)))
}
