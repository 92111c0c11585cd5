import type { Command } from 'commander'
import { deliveriesContract } from '#contract/events.ts'
import type { Release } from '#contract/releases.ts'
import {
  addPlaceFlags,
  type CommandLine,
  type CommonFlags,
  collect,
  inputOf,
  parsed,
  report,
} from '../command.ts'
import { openCountText, table, timeText } from '../output.ts'
import { inWorkspace, organizationOf, type PlaceFlags, placeOf } from '../workspace.ts'

interface HeldFlags extends PlaceFlags, CommonFlags {
  readonly webhook?: string
}

interface ReleaseFlags extends PlaceFlags, CommonFlags {
  readonly reason?: string
  readonly perSecond?: string
  readonly resume?: true
}

interface SkipFlags extends PlaceFlags, CommonFlags {
  readonly reason: string
}

interface DiscardFlags extends PlaceFlags, CommonFlags {
  readonly reason?: string
  readonly delivery?: readonly string[]
  readonly note: string
}

const { held, release, releaseReplays, pauseRelease, discard, skip } = deliveriesContract
const reasonFlag = [
  '--reason <reason>',
  'paused, disabled, gone, suspended, switched_off or offline',
] as const

const progressOf = ({ id, state, waitsFor, released, total }: Release): string =>
  `${id}: ${waitsFor === null ? state : 'waiting'}, ${released} of ${total} released`

const addHeld = (deliveries: Command, line: CommandLine): void => {
  addPlaceFlags(deliveries.command('held').description('What is held, by webhook and reason'))
    .option('--webhook <id>')
    .action((flags: HeldFlags) =>
      report(line, flags, () =>
        inWorkspace(flags, line.output, async (workspace) => {
          const place = await placeOf(workspace, flags)
          const input = parsed(inputOf(held['~orpc'].inputSchema), { ...place, webhookId: flags.webhook })
          const groups = await workspace.engine.operations.deliveries.held(workspace.caller, input)
          const rows = groups.map((group) => [
            group.webhookId,
            group.webhookName,
            group.webhookStatus,
            group.reason,
            openCountText(group.count),
            timeText(group.oldestAt),
            group.release === null ? '' : progressOf(group.release),
          ])
          const head = ['webhook', 'name', 'status', 'reason', 'held', 'oldest', 'release']
          return { document: groups, lines: groups.length === 0 ? ['Nothing is held.'] : table(head, rows) }
        }),
      ),
    )
}

const told = ({ id, total, perSecond }: Release): string =>
  `Release ${id}: ${total} held deliveries, ${perSecond} per second, oldest first. A running host lets them go.`

const addRelease = (deliveries: Command, line: CommandLine): void => {
  addPlaceFlags(
    deliveries.command('release').description('Let go what a webhook holds, oldest first, at a rate'),
  )
    .argument('<webhook>', 'id')
    .option(...reasonFlag)
    .option('--per-second <number>', 'how many per second; 50 when absent')
    .option('--resume', 'resume a webhook that is not active in the same moment')
    .action((webhookId: string, flags: ReleaseFlags) =>
      report(line, flags, () =>
        inWorkspace(flags, line.output, async (workspace) => {
          const { id: organizationId } = await organizationOf(workspace, flags)
          const { reason, perSecond, resume } = flags
          const input = parsed(inputOf(release['~orpc'].inputSchema), {
            organizationId,
            webhookId,
            reason,
            resume,
            perSecond: perSecond === undefined ? undefined : Number(perSecond),
          })
          const begun = await workspace.engine.operations.deliveries.release(workspace.caller, input)
          return { document: begun, lines: [told(begun)] }
        }),
      ),
    )
}

const addReleaseReplays = (deliveries: Command, line: CommandLine): void => {
  addPlaceFlags(
    deliveries
      .command('release-replays')
      .description('Let the held replays of a webhook go on, whatever the state of the webhook'),
  )
    .argument('<webhook>', 'id')
    .action((webhookId: string, flags: PlaceFlags & CommonFlags) =>
      report(line, flags, () =>
        inWorkspace(flags, line.output, async (workspace) => {
          const { id: organizationId } = await organizationOf(workspace, flags)
          const input = parsed(inputOf(releaseReplays['~orpc'].inputSchema), { organizationId, webhookId })
          const { deliveries: operations } = workspace.engine.operations
          const document = await operations.releaseReplays(workspace.caller, input)
          return { document, lines: [`Released ${document.released}. A running host sends them.`] }
        }),
      ),
    )
}

const changes = [
  { verb: 'pauseRelease', name: 'pause-release', description: 'Pause a release' },
  { verb: 'resumeRelease', name: 'resume-release', description: 'Let a paused release go on' },
  { verb: 'cancelRelease', name: 'cancel-release', description: 'End a release; the rest stays held' },
] as const

const addReleaseChanges = (deliveries: Command, line: CommandLine): void => {
  for (const { verb, name, description } of changes) {
    addPlaceFlags(deliveries.command(name).description(description))
      .argument('<release>', 'id')
      .action((releaseId: string, flags: PlaceFlags & CommonFlags) =>
        report(line, flags, () =>
          inWorkspace(flags, line.output, async (workspace) => {
            const { id: organizationId } = await organizationOf(workspace, flags)
            const input = parsed(inputOf(pauseRelease['~orpc'].inputSchema), { organizationId, releaseId })
            const changed = await workspace.engine.operations.deliveries[verb](workspace.caller, input)
            return { document: changed, lines: [progressOf(changed)] }
          }),
        ),
      )
  }
}

const addDiscard = (deliveries: Command, line: CommandLine): void => {
  addPlaceFlags(
    deliveries.command('discard').description('End held deliveries of a webhook without sending them'),
  )
    .argument('<webhook>', 'id')
    .requiredOption('--note <text>', 'why; kept in the audit log')
    .option(...reasonFlag)
    .option('--delivery <ids>', 'only these; may be repeated', collect)
    .action((webhookId: string, flags: DiscardFlags) =>
      report(line, flags, () =>
        inWorkspace(flags, line.output, async (workspace) => {
          const { id: organizationId } = await organizationOf(workspace, flags)
          const { reason, delivery: deliveryIds, note } = flags
          const fields = { organizationId, webhookId, reason, deliveryIds, note }
          const input = parsed(inputOf(discard['~orpc'].inputSchema), fields)
          const { discarded } = await workspace.engine.operations.deliveries.discard(workspace.caller, input)
          return { document: { discarded }, lines: [`Discarded ${discarded}.`] }
        }),
      ),
    )
}

const addSkip = (deliveries: Command, line: CommandLine): void => {
  addPlaceFlags(
    deliveries
      .command('skip')
      .description('End the delivery of an ordered webhook that keeps those behind it waiting'),
  )
    .argument('<delivery>', 'id')
    .requiredOption('--reason <text>', 'why; kept in the audit log')
    .action((deliveryId: string, flags: SkipFlags) =>
      report(line, flags, () =>
        inWorkspace(flags, line.output, async (workspace) => {
          const { id: organizationId } = await organizationOf(workspace, flags)
          const fields = { organizationId, deliveryId, reason: flags.reason }
          const input = parsed(inputOf(skip['~orpc'].inputSchema), fields)
          const document = await workspace.engine.operations.deliveries.skip(workspace.caller, input)
          return { document, lines: ['Skipped. Those behind it go on.'] }
        }),
      ),
    )
}

/** The held ledger, below `deliveries`. */
export const addHeldCommands = (deliveries: Command, line: CommandLine): void => {
  addHeld(deliveries, line)
  addRelease(deliveries, line)
  addReleaseReplays(deliveries, line)
  addReleaseChanges(deliveries, line)
  addDiscard(deliveries, line)
  addSkip(deliveries, line)
}
