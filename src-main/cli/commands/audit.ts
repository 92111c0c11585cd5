import { addDataFlags, type CommandLine, type CommonFlags, report } from '../command.ts'
import { type DataFlags, inWorkspace } from '../workspace.ts'

type Flags = DataFlags & CommonFlags

export const addAuditCommands = (line: CommandLine): void => {
  const audit = line.program.command('audit').description('The audit log')

  addDataFlags(audit.command('verify'))
    .description('Check the chain of hashes: nothing was altered, nothing is missing')
    .action((flags: Flags) =>
      report(line, flags, () =>
        inWorkspace(flags, line.output, async ({ store }) => {
          const found = await store.read.audit.findBreak()
          return found === null
            ? { document: { ok: true, break: null }, lines: ['Every entry fits to the one before it.'] }
            : {
                document: { ok: false, break: found },
                lines: [`The chain breaks at entry ${found.seq}: ${found.reason}.`],
                exitCode: 1,
              }
        }),
      ),
    )
}
