import { addDataFlags, type CommandLine, type CommonFlags, report } from '../command.ts'
import { type DataFlags, inWorkspace } from '../workspace.ts'

type Flags = DataFlags & CommonFlags

export const addMetricsTokenCommands = (line: CommandLine): void => {
  const token = line.program.command('metrics-token').description('The token that GET /metrics takes')
  addDataFlags(token.command('create'))
    .description('Make the token; the one before ends. It is printed once')
    .action((flags: Flags) =>
      report(line, flags, () =>
        inWorkspace(flags, line.output, async ({ engine, caller }) => {
          const made = await engine.metricsAccess.createToken(caller)
          return { document: { token: made }, lines: [made] }
        }),
      ),
    )
  addDataFlags(token.command('revoke'))
    .description('End the token')
    .action((flags: Flags) =>
      report(line, flags, () =>
        inWorkspace(flags, line.output, async ({ engine, caller }) => {
          const revoked = await engine.metricsAccess.revokeToken(caller)
          return { document: { revoked }, lines: [revoked ? 'The token has ended.' : 'There was none.'] }
        }),
      ),
    )
}
