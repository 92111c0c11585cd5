import { resolve } from 'node:path'
import { systemClock } from '#main/host/engine-parts.ts'
import { readInstallationKey } from '#main/host/installation.ts'
import { backUp, listBackups, restore } from '#main/store/backup.ts'
import { lockDataDirectory } from '#main/store/data-directory.ts'
import { StoreError } from '#main/store/errors.ts'
import { addDataFlags, type CommandLine, type CommonFlags, report } from '../command.ts'
import { timeText } from '../output.ts'
import { type DataFlags, directoryOf, hasDatabase, inWorkspace } from '../workspace.ts'

type Flags = DataFlags & CommonFlags

const runBackup = async (flags: Flags, line: CommandLine) => {
  const directory = directoryOf(flags)
  if (!hasDatabase(directory)) {
    throw new StoreError('data_directory_unusable', `There is no database in ${directory.root}.`)
  }
  return inWorkspace(flags, line.output, async ({ engine, store, caller }) => {
    const backup = await backUp(directory, 'manual', systemClock.now())
    await store.write((writer) =>
      engine.toolbox.audit.record(writer, caller, {
        action: 'settings.back_up',
        organizationId: null,
        targetKind: 'installation',
        targetId: null,
        after: { path: backup.path },
      }),
    )
    return {
      document: backup,
      lines: [`Backed up to ${backup.path} (${backup.sizeBytes} bytes).`],
    }
  })
}

const runRestore = async (file: string, flags: Flags, line: CommandLine) => {
  const directory = directoryOf(flags)
  const path = resolve(file)
  // Before anything is moved: a database whose secrets nobody can open is no help.
  readInstallationKey(directory, process.env)
  const lock = lockDataDirectory(directory)
  let keptAs: string | null
  try {
    ;({ keptAs } = await restore(directory, path))
  } finally {
    lock.release()
  }
  return inWorkspace(flags, line.output, async ({ engine, store, caller }) => {
    await store.write((writer) =>
      engine.toolbox.audit.record(writer, caller, {
        action: 'settings.restore',
        organizationId: null,
        targetKind: 'installation',
        targetId: null,
        after: { from: path, keptAs },
      }),
    )
    const kept = keptAs === null ? [] : [`The database that was there is kept as ${keptAs}.`]
    return { document: { restored: path, keptAs }, lines: [`Restored ${path}.`, ...kept] }
  })
}

const runList = async (flags: Flags) => {
  const backups = await listBackups(directoryOf(flags))
  return {
    document: { items: backups },
    lines: backups.map(({ path, createdAt, reason }) => `${timeText(createdAt)}  ${reason}  ${path}`),
  }
}

export const addBackupCommands = (line: CommandLine): void => {
  const backup = addDataFlags(line.program.command('backup'))
    .description('Copy the database, also while a host runs')
    .option('--list', 'only list the backups that there are')
  backup.action((flags: Flags & { list?: true }) =>
    report(line, flags, () => (flags.list ? runList(flags) : runBackup(flags, line))),
  )

  addDataFlags(line.program.command('restore'))
    .description('Put a backup in the place of the database; no host may run')
    .argument('<file>', 'a backup')
    .action((file: string, flags: Flags) => report(line, flags, () => runRestore(file, flags, line)))
}
