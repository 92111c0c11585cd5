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
          const { entries, break: found } = await store.read.audit.check()
          return found === null
            ? {
                document: { ok: true, entries, break: null },
                lines: [`All ${entries} entries fit to one another, and the last one to the sealed end.`],
              }
            : {
                document: { ok: false, entries, break: found },
                lines: [`The chain breaks at entry ${found.seq}: ${found.reason}.`],
                exitCode: 1,
              }
        }),
      ),
    )
}
