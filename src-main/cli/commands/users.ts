import { usersContract } from '#contract/organizations.ts'
import { addPlaceFlags, type CommandLine, type CommonFlags, inputOf, parsed, report } from '../command.ts'
import { table, timeText } from '../output.ts'
import { inWorkspace, organizationOf, type PlaceFlags } from '../workspace.ts'

interface ListFlags extends PlaceFlags, CommonFlags {
  readonly search?: string
  readonly limit?: string
}

export const addUserCommands = (line: CommandLine): void => {
  const users = line.program.command('users').description('People of an organization')

  addPlaceFlags(users.command('list').description('List the people with their roles'))
    .option('--search <text>', 'part of the name or email')
    .option('--limit <number>', 'at most 200')
    .action((flags: ListFlags) =>
      report(line, flags, () =>
        inWorkspace(flags, line.output, async (workspace) => {
          const { id: organizationId } = await organizationOf(workspace, flags)
          const input = parsed(inputOf(usersContract.list['~orpc'].inputSchema), {
            organizationId,
            search: flags.search,
            limit: flags.limit,
          })
          const page = await workspace.engine.operations.users.list(workspace.caller, input)
          const rows = page.items.map((user) => [
            user.id,
            user.name,
            user.email,
            user.organizationRole ?? '',
            user.workspaceRole ?? '',
            user.membershipSource,
            timeText(user.lastSignInAt),
          ])
          return {
            document: page,
            lines: table(['id', 'name', 'email', 'organization', 'workspace', 'by', 'last sign-in'], rows),
          }
        }),
      ),
    )
}
