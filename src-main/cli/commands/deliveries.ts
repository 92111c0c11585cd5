import { deliveriesContract } from '#contract/events.ts'
import { addPlaceFlags, type CommandLine, type CommonFlags, inputOf, parsed, report } from '../command.ts'
import { table, timeText } from '../output.ts'
import { inWorkspace, type PlaceFlags, placeOf } from '../workspace.ts'

interface ListFlags extends PlaceFlags, CommonFlags {
  readonly status?: string
  readonly webhook?: string
  readonly event?: string
  readonly limit?: string
  readonly cursor?: string
}

export const addDeliveryCommands = (line: CommandLine): void => {
  const deliveries = line.program
    .command('deliveries')
    .description('Deliveries of an organization or occasion')

  addPlaceFlags(deliveries.command('list').description('List deliveries, newest first'))
    .option('--status <status>', 'waiting, sending, delivered, exhausted, held or discarded')
    .option('--webhook <id>')
    .option('--event <id>')
    .option('--limit <number>', 'at most 200')
    .option('--cursor <cursor>', 'the nextCursor of the page before')
    .action((flags: ListFlags) =>
      report(line, flags, () =>
        inWorkspace(flags, line.output, async (workspace) => {
          const input = parsed(inputOf(deliveriesContract.list['~orpc'].inputSchema), {
            ...(await placeOf(workspace, flags)),
            status: flags.status,
            webhookId: flags.webhook,
            eventId: flags.event,
            limit: flags.limit,
            cursor: flags.cursor,
          })
          const page = await workspace.engine.operations.deliveries.list(workspace.caller, input)
          const rows = page.items.map((delivery) => [
            delivery.id,
            delivery.eventType,
            delivery.webhookName,
            delivery.heldReason === null ? delivery.status : `${delivery.status} (${delivery.heldReason})`,
            String(delivery.attempts),
            delivery.lastErrorClass ?? String(delivery.lastStatusCode ?? ''),
            timeText(delivery.nextAttemptAt),
          ])
          return {
            document: page,
            lines: table(['id', 'event', 'webhook', 'status', 'attempts', 'last', 'next attempt'], rows),
          }
        }),
      ),
    )
}
