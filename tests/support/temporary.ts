import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type DataDirectory, dataDirectoryAt } from '#main/store/data-directory.ts'

/** A data directory that is gone when the test is over. */
export const temporaryDataDirectory = (): DataDirectory => {
  const root = mkdtempSync(join(tmpdir(), 'patchbay-test-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  return dataDirectoryAt(root)
}
