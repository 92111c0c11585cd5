import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A disk of the test's own. */
export interface SmallDisk {
  readonly root: string
  /** Takes all that is left. */
  fill(): void
  /** Gives it back. */
  empty(): void
  /** Nothing on it can be written any more. Nobody may have a file on it open for writing. */
  makeReadOnly(): void
}

/** Where the kernel lets this process mount a file system; a sentence about why not where it does not. */
export const cannotMount = (): string | null => {
  if (process.platform !== 'linux') return 'Small disks are mounted on Linux only.'
  const path = mkdtempSync(join(tmpdir(), 'patchbay-mount-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path], { stdio: 'pipe' })
    execFileSync('umount', [path], { stdio: 'pipe' })
    return null
  } catch (error) {
    return `This process may not mount a file system (${String(error).split('\n')[0]}).`
  } finally {
    rmSync(path, { recursive: true, force: true })
  }
}

const chunk = Buffer.alloc(4_096, 1)

/** Mounts a disk in memory until the test ends. Whatever runs on it has to end before. */
export const mountSmallDisk = (mebibytes: number): SmallDisk => {
  const root = mkdtempSync(join(tmpdir(), 'patchbay-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', root])
  onTestFinished(() => {
    execFileSync('umount', [root])
    rmSync(root, { recursive: true, force: true })
  })
  const filler = join(root, 'filler')
  return {
    root,
    fill() {
      const file = openSync(filler, 'w')
      try {
        // How much is left may change at any moment: somebody else writes there.
        while (writeSync(file, chunk) > 0);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
      } finally {
        closeSync(file)
      }
    },
    empty: () => rmSync(filler),
    makeReadOnly: () => void execFileSync('mount', ['-o', 'remount,ro', root]),
  }
}
