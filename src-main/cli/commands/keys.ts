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
  readonly notBefore?: number
  readonly expires?: number
  readonly allow?: readonly string[]
  readonly rateLimit?: number
}

interface RotateFlags extends PlaceFlags, CommonFlags {
  readonly overlap: string
}

interface ListFlags extends PlaceFlags, CommonFlags {
  readonly status?: string
  readonly environment?: string
  readonly search?: string
  readonly limit?: string
}

const { create, list, rotate, disable, enable, revoke } = apiKeysContract

export const addKeyCommands = (line: CommandLine): void => {
  const keys = line.program.command('keys').description('API keys of an organization')

  addPlaceFlags(keys.command('create').description('Create a key; its secret is shown this once'))
    .requiredOption('--name <name>', 'what the key is for')
    .option('--environment <name>', 'production, staging or development', 'production')
    .option('--scope <scope>', 'api or admin; may be repeated', collect)
    .option('--description <text>')
    .option('--not-before <time>', 'refused until then; ISO 8601', readTime)
    .option('--expires <time>', 'ISO 8601', readTime)
    .option('--allow <range>', 'an address or CIDR range that may use it; may be repeated', collect)
    .option('--rate-limit <calls>', 'so many calls a minute', Number)
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
            notBefore: flags.notBefore,
            expiresAt: flags.expires,
            allowedAddresses: flags.allow,
            rateLimitPerMinute: flags.rateLimit,
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
    .option('--environment <name>', 'production, staging or development')
    .option('--search <text>', 'part of the name')
    .option('--limit <number>', 'at most 200')
    .action((flags: ListFlags) =>
      report(line, flags, () =>
        inWorkspace(flags, line.output, async (workspace) => {
          const { id: organizationId } = await organizationOf(workspace, flags)
          const { status, environment, search, limit } = flags
          const input = parsed(inputOf(list['~orpc'].inputSchema), {
            organizationId,
            status,
            environment,
            search,
            limit,
          })
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

  addPlaceFlags(
    keys.command('rotate').description('Put a new key in the place of one; its secret is shown this once'),
  )
    .argument('<id>')
    .option('--overlap <time>', 'how long the old one still works: 0, 1h, 24h or 7d', '24h')
    .action((id: string, flags: RotateFlags) =>
      report(line, flags, () =>
        inWorkspace(flags, line.output, async (workspace) => {
          const { id: organizationId } = await organizationOf(workspace, flags)
          const given = { organizationId, apiKeyId: id, overlap: flags.overlap }
          const input = parsed(inputOf(rotate['~orpc'].inputSchema), given)
          const { apiKeys } = workspace.engine.operations
          const { key, secret, replaced } = await apiKeys.rotate(workspace.caller, input)
          return {
            document: { id: key.id, secret, replaced: { id: replaced.id, expiresAt: replaced.expiresAt } },
            lines: [
              `Created ${key.name} (${key.id}); ${replaced.id} ends ${timeText(replaced.expiresAt)}.`,
              `Its secret, shown this once: ${secret}`,
            ],
          }
        }),
      ),
    )

  for (const [name, procedure, description] of [
    ['disable', disable, 'Refuse a key until it is enabled again'],
    ['enable', enable, 'Let a disabled key in again'],
  ] as const) {
    addPlaceFlags(keys.command(name).description(description))
      .argument('<id>')
      .action((id: string, flags: PlaceFlags & CommonFlags) =>
        report(line, flags, () =>
          inWorkspace(flags, line.output, async (workspace) => {
            const { id: organizationId } = await organizationOf(workspace, flags)
            const input = parsed(inputOf(procedure['~orpc'].inputSchema), { organizationId, apiKeyId: id })
            const key = await workspace.engine.operations.apiKeys[name](workspace.caller, input)
            return {
              document: { id: key.id, status: key.status },
              lines: [`${key.name} (${key.id}) is ${key.status}.`],
            }
          }),
        ),
      )
  }

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
