import { apiKeysContract } from '#contract/api-keys.ts'
import {
  addPlaceFlags,
  type CommandLine,
  type CommonFlags,
  collect,
  inputOf,
  parsed,
  readTime,
  report,
} from '../command.ts'
import { table, timeText } from '../output.ts'
import { inWorkspace, organizationOf, type PlaceFlags } from '../workspace.ts'

interface CreateFlags extends PlaceFlags, CommonFlags {
  readonly name: string
  readonly environment: string
  readonly scope?: readonly string[]
  readonly description?: string
  readonly expires?: number
}

interface ListFlags extends PlaceFlags, CommonFlags {
  readonly status?: string
  readonly search?: string
  readonly limit?: string
}

const { create, list, revoke } = apiKeysContract

export const addKeyCommands = (line: CommandLine): void => {
  const keys = line.program.command('keys').description('API keys of an organization')

  addPlaceFlags(keys.command('create').description('Create a key; its secret is shown this once'))
    .requiredOption('--name <name>', 'what the key is for')
    .option('--environment <name>', 'production, staging or development', 'production')
    .option('--scope <scope>', 'api or admin; may be repeated', collect)
    .option('--description <text>')
    .option('--expires <time>', 'ISO 8601', readTime)
    .action((flags: CreateFlags) =>
      report(line, flags, () =>
        inWorkspace(flags, line.output, async (workspace) => {
          const { id: organizationId } = await organizationOf(workspace, flags)
          const input = parsed(inputOf(create['~orpc'].inputSchema), {
            organizationId,
            name: flags.name,
            environment: flags.environment,
            scopes: flags.scope ?? ['api'],
            description: flags.description,
            expiresAt: flags.expires,
          })
          const { key, secret } = await workspace.engine.operations.apiKeys.create(workspace.caller, input)
          return {
            document: { id: key.id, secret },
            lines: [`Created ${key.name} (${key.id}).`, `Its secret, shown this once: ${secret}`],
          }
        }),
      ),
    )

  addPlaceFlags(keys.command('list').description('List the keys'))
    .option('--status <status>', 'active, expired, revoked, disabled or not_yet_valid')
    .option('--search <text>', 'part of the name')
    .option('--limit <number>', 'at most 200')
    .action((flags: ListFlags) =>
      report(line, flags, () =>
        inWorkspace(flags, line.output, async (workspace) => {
          const { id: organizationId } = await organizationOf(workspace, flags)
          const { status, search, limit } = flags
          const input = parsed(inputOf(list['~orpc'].inputSchema), { organizationId, status, search, limit })
          const page = await workspace.engine.operations.apiKeys.list(workspace.caller, input)
          const rows = page.items.map((key) => [
            key.id,
            key.name,
            key.environment,
            key.scopes.join(','),
            key.status,
            `${key.prefix}…`,
            timeText(key.lastUsedAt),
          ])
          return {
            document: page,
            lines: table(['id', 'name', 'environment', 'scopes', 'status', 'secret', 'last used'], rows),
          }
        }),
      ),
    )

  addPlaceFlags(keys.command('revoke').description('Revoke keys for good'))
    .argument('<ids...>')
    .action((ids: readonly string[], flags: PlaceFlags & CommonFlags) =>
      report(line, flags, () =>
        inWorkspace(flags, line.output, async (workspace) => {
          const { id: organizationId } = await organizationOf(workspace, flags)
          const input = parsed(inputOf(revoke['~orpc'].inputSchema), { organizationId, apiKeyIds: ids })
          const { revoked } = await workspace.engine.operations.apiKeys.revoke(workspace.caller, input)
          return { document: { revoked }, lines: [`Revoked ${revoked} of ${ids.length}.`] }
        }),
      ),
    )
}
