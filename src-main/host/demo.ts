import { seedDemo } from '#main/engine/demo/seed.ts'
import type { Toolbox } from '#main/engine/parts.ts'
import { isDemo, isSetUp } from '#main/engine/sessions/state.ts'
import { StoreError } from '#main/store/errors.ts'
import definition from '#resources/demo.json' with { type: 'json' }

/** Fills the empty installation with the demo workspace. @throws PatchbayError `already_set_up`. */
export const openDemo = (toolbox: Toolbox): Promise<void> => seedDemo(toolbox, definition)

/**
 * Makes sure that the directory holds the demo workspace, because `--demo` lets everybody in with a click.
 * @throws StoreError `data_directory_unusable` for a directory with somebody's data.
 */
export const ensureDemo = async (toolbox: Toolbox, root: string): Promise<void> => {
  const { read } = toolbox.store
  if (!(await isSetUp(read))) return openDemo(toolbox)
  if (await isDemo(read)) return
  throw new StoreError(
    'data_directory_unusable',
    `${root} holds an installation that is not the demo workspace. Choose an empty directory with --data-dir.`,
  )
}
