import { systemClock } from '#main/host/engine-parts.ts'
import { compact } from '#main/store/compact.ts'
import { lockDataDirectory } from '#main/store/data-directory.ts'
import { StoreError } from '#main/store/errors.ts'
import { addDataFlags, type CommandLine, type CommonFlags, report } from '../command.ts'
import { type DataFlags, directoryOf, hasDatabase, inWorkspace } from '../workspace.ts'

type Flags = DataFlags & CommonFlags

const run = async (flags: Flags, line: CommandLine) => {
  const directory = directoryOf(flags)
  if (!hasDatabase(directory)) {
    throw new StoreError('data_directory_unusable', `There is no database in ${directory.root}.`)
  }
  const lock = lockDataDirectory(directory)
  const compacting = compact(directory, systemClock.now())
  const { beforeBytes, afterBytes, backup } = await compacting.finally(() => lock.release())
  return inWorkspace(flags, line.output, async ({ engine, store, caller }) => {
    await store.write((writer) =>
      engine.toolbox.audit.record(writer, caller, {
        action: 'settings.compact',
        organizationId: null,
        targetKind: 'installation',
        targetId: null,
        after: { beforeBytes, afterBytes },
      }),
    )
    return {
      document: { beforeBytes, afterBytes, backup },
      lines: [
        `The database had ${beforeBytes} bytes and has ${afterBytes} now. Unused space goes back to the disk from now on.`,
        `What it was before is in ${backup.path}.`,
      ],
    }
  })
}

export const addCompactCommand = (line: CommandLine): void => {
  addDataFlags(line.program.command('compact'))
    .description('Write the database anew without its gaps; no host may run')
    .action((flags: Flags) => report(line, flags, () => run(flags, line)))
}
