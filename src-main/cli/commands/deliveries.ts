import type { Command } from 'commander'
import { type Attempt, type DeliveryListItem, deliveriesContract } from '#contract/events.ts'
import type { DeliveryDelay, WaitCause } from '#contract/protection.ts'
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

const { get, resend, replay } = deliveriesContract

const waitTexts: Record<WaitCause, string> = {
  token: 'its webhook gets no token: the token endpoint asked to be left alone',
  breaker: 'the circuit breaker of its webhook is open',
  throttle: 'the rate of its webhook is limited',
  order: 'its webhook is ordered, and one before it failed',
  release: 'its webhook is ordered, and a release with something older is paused',
}

const untilText = ({ cause, until }: DeliveryDelay): string => {
  if (cause === 'breaker')
    return until === null ? ', and a probe is under way' : `; a probe goes out from ${timeText(until)} on`
  return until === null ? '' : `, until ${timeText(until)}`
}

const waitRows = ({ delay }: DeliveryListItem): [string, string][] =>
  delay === null ? [] : [['waits for', `${waitTexts[delay.cause]}${untilText(delay)}`]]

/** What it is held for, or what keeps it waiting, beside its status. */
const statusText = ({ status, heldReason, delay }: DeliveryListItem): string => {
  const why = heldReason ?? delay?.cause
  return why === undefined ? status : `${status} (${why})`
}

const resultText = ({ statusCode, errorMessage }: Attempt): string => errorMessage ?? String(statusCode ?? '')

const addShow = (deliveries: Command, line: CommandLine): void => {
  addPlaceFlags(
    deliveries.command('show').description('One delivery with its attempts, and what it waits for'),
  )
    .argument('<delivery>', 'id')
    .action((id: string, flags: PlaceFlags & CommonFlags) =>
      report(line, flags, () =>
        inWorkspace(flags, line.output, async (workspace) => {
          const { id: organizationId } = await organizationOf(workspace, flags)
          const input = parsed(inputOf(get['~orpc'].inputSchema), { organizationId, deliveryId: id })
          const delivery = await workspace.engine.operations.deliveries.get(workspace.caller, input)
          const rows: [string, string][] = [
            ['id', delivery.id],
            ['event', `${delivery.eventId} (${delivery.eventType})`],
            ['webhook', `${delivery.webhookId} (${delivery.webhookName})`],
            ['url', delivery.url],
            ['status', statusText(delivery)],
            ...waitRows(delivery),
            ['next attempt', timeText(delivery.nextAttemptAt)],
            ...delivery.attemptList.map((attempt): [string, string] => [
              `attempt ${attempt.number}`,
              `${timeText(attempt.startedAt)}: ${resultText(attempt)}`,
            ]),
          ]
          return { document: delivery, lines: table([], rows).slice(1) }
        }),
      ),
    )
}

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
    .option(
      '--status <statuses>',
      'waiting, sending, delivered, exhausted, held or discarded; several with commas between them',
    )
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
            statusText(delivery),
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
  addShow(deliveries, line)
  addResend(deliveries, line)
  addReplay(deliveries, line)
  addHeldCommands(deliveries, line)
}
