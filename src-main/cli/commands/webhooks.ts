import { webhooksContract } from '#contract/webhooks.ts'
import {
  addPlaceFlags,
  type CommandLine,
  type CommonFlags,
  collect,
  inputOf,
  parsed,
  report,
} from '../command.ts'
import { table, timeText } from '../output.ts'
import { inWorkspace, organizationOf, type PlaceFlags, placeOf } from '../workspace.ts'

interface CreateFlags extends PlaceFlags, CommonFlags {
  readonly url: string
  readonly events: readonly string[]
  readonly name?: string
  readonly timeout?: string
  readonly concurrency?: string
}

interface ListFlags extends PlaceFlags, CommonFlags {
  readonly status?: string
  readonly search?: string
  readonly limit?: string
}

const { create, list, delete: remove } = webhooksContract

const numberOf = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text)

export const addWebhookCommands = (line: CommandLine): void => {
  const webhooks = line.program.command('webhooks').description('Webhooks of an organization or occasion')

  addPlaceFlags(
    webhooks.command('create').description('Create a webhook; its signing secret is shown this once'),
  )
    .requiredOption('--url <url>', 'where the events go')
    .requiredOption('--events <patterns>', 'attendee.registered, attendee.* or *; may be repeated', collect)
    .option('--name <name>')
    .option('--timeout <ms>', 'of one request, 1000 to 30000')
    .option('--concurrency <number>', 'requests at once, 1 to 64')
    .action((flags: CreateFlags) =>
      report(line, flags, () =>
        inWorkspace(flags, line.output, async (workspace) => {
          const input = parsed(inputOf(create['~orpc'].inputSchema), {
            ...(await placeOf(workspace, flags)),
            url: flags.url,
            events: flags.events,
            name: flags.name,
            timeoutMs: numberOf(flags.timeout),
            concurrency: numberOf(flags.concurrency),
          })
          const { webhook, secret } = await workspace.engine.operations.webhooks.create(
            workspace.caller,
            input,
          )
          return {
            document: { id: webhook.id, secret },
            lines: [
              `Created ${webhook.name} (${webhook.id}) for ${webhook.events.join(', ')}.`,
              `Its signing secret, shown this once: ${secret}`,
            ],
          }
        }),
      ),
    )

  addPlaceFlags(webhooks.command('list').description('List the webhooks'))
    .option('--status <status>', 'active, paused, disabled or suspended')
    .option('--search <text>', 'part of the name or address')
    .option('--limit <number>', 'at most 200')
    .action((flags: ListFlags) =>
      report(line, flags, () =>
        inWorkspace(flags, line.output, async (workspace) => {
          const { status, search, limit } = flags
          const place = await placeOf(workspace, flags)
          const input = parsed(inputOf(list['~orpc'].inputSchema), { ...place, status, search, limit })
          const page = await workspace.engine.operations.webhooks.list(workspace.caller, input)
          const rows = page.items.map((webhook) => [
            webhook.id,
            webhook.name,
            webhook.status,
            webhook.url,
            webhook.events.join(','),
            timeText(webhook.lastSuccessAt),
          ])
          return {
            document: page,
            lines: table(['id', 'name', 'status', 'url', 'events', 'last success'], rows),
          }
        }),
      ),
    )

  addPlaceFlags(webhooks.command('delete').description('Delete webhooks; what waits for them is discarded'))
    .argument('<ids...>')
    .action((ids: readonly string[], flags: PlaceFlags & CommonFlags) =>
      report(line, flags, () =>
        inWorkspace(flags, line.output, async (workspace) => {
          const { id: organizationId } = await organizationOf(workspace, flags)
          const input = parsed(inputOf(remove['~orpc'].inputSchema), { organizationId, webhookIds: ids })
          const { deleted } = await workspace.engine.operations.webhooks.delete(workspace.caller, input)
          return { document: { deleted }, lines: [`Deleted ${deleted} of ${ids.length}.`] }
        }),
      ),
    )
}
