import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'

const packageSchema = z.object({ name: z.string(), version: z.string() })

/** The folder of the program: that of our package.json, above `src-main` and above `out/main` alike. */
const findRoot = (from: string): string => {
  const file = join(from, 'package.json')
  if (
    existsSync(file) &&
    packageSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data?.name === 'patchbay'
  )
    return from
  const parent = dirname(from)
  if (parent === from) throw new Error('The files of Patchbay are not where they should be.')
  return findRoot(parent)
}

export const programRoot: string = findRoot(import.meta.dirname)

/** The version of this program. */
export const version: string = packageSchema.parse(
  JSON.parse(readFileSync(join(programRoot, 'package.json'), 'utf8')),
).version

/** The built console; it may be missing in a source tree. */
export const consoleFolder: string = join(programRoot, 'out', 'renderer')
