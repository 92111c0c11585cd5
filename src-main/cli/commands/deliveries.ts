import type { Command } from 'commander'
import { deliveriesContract } from '#contract/events.ts'
import { addPlaceFlags, type CommandLine, type CommonFlags, inputOf, parsed, report } from '../command.ts'
import { table, timeText } from '../output.ts'
import { inWorkspace, organizationOf, type PlaceFlags, placeOf } from '../workspace.ts'
import { addHeldCommands } from './held.ts'

interface ListFlags extends PlaceFlags, CommonFlags {
  readonly status?: string
  readonly webhook?: string
  readonly event?: string
  readonly limit?: string
  readonly cursor?: string
}

interface ReplayFlags extends PlaceFlags, CommonFlags {
  readonly url: string
}

const { resend, replay } = deliveriesContract

const addResend = (deliveries: Command, line: CommandLine): void => {
  addPlaceFlags(
    deliveries.command('resend').description('Send one again to its webhook, with the same webhook-id'),
  )
    .argument('<delivery>', 'id')
    .action((id: string, flags: PlaceFlags & CommonFlags) =>
      report(line, flags, () =>
        inWorkspace(flags, line.output, async (workspace) => {
          const { id: organizationId } = await organizationOf(workspace, flags)
          const input = parsed(inputOf(resend['~orpc'].inputSchema), { organizationId, deliveryId: id })
          const made = await workspace.engine.operations.deliveries.resend(workspace.caller, input)
          return { document: made, lines: [`Resent as ${made.deliveryId}.`] }
        }),
      ),
    )
}

const addReplay = (deliveries: Command, line: CommandLine): void => {
  addPlaceFlags(
    deliveries
      .command('replay')
      .description('Send what one sent to another address, once; it counts for nothing'),
  )
    .argument('<delivery>', 'id')
    .requiredOption('--url <url>', 'where it goes instead')
    .action((id: string, flags: ReplayFlags) =>
      report(line, flags, () =>
        inWorkspace(flags, line.output, async (workspace) => {
          const { id: organizationId } = await organizationOf(workspace, flags)
          const fields = { organizationId, deliveryId: id, url: flags.url }
          const input = parsed(inputOf(replay['~orpc'].inputSchema), fields)
          const made = await workspace.engine.operations.deliveries.replay(workspace.caller, input)
          return { document: made, lines: [`Replayed as ${made.deliveryId}.`] }
        }),
      ),
    )
}

const addList = (deliveries: Command, line: CommandLine): void => {
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
            delivery.nextAttemptAt === null ? '' : timeText(delivery.nextAttemptAt),
          ])
          return {
            document: page,
            lines: table(['id', 'event', 'webhook', 'status', 'attempts', 'last', 'next attempt'], rows),
          }
        }),
      ),
    )
}

export const addDeliveryCommands = (line: CommandLine): void => {
  const deliveries = line.program
    .command('deliveries')
    .description('Deliveries of an organization or occasion')
  addList(deliveries, line)
  addResend(deliveries, line)
  addReplay(deliveries, line)
  addHeldCommands(deliveries, line)
}
