import type { Command } from 'commander'
import { formatDuration } from '#contract/duration.ts'
import {
  type Recovery,
  type RecoveryPlan,
  recoverableStatuses,
  recoveriesContract,
} from '#contract/recoveries.ts'
import { openCountMax } from '#contract/settings.ts'
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
import { openCountText, table, timeText } from '../output.ts'
import { inWorkspace, organizationOf, type PlaceFlags, type Workspace } from '../workspace.ts'

interface FilterFlags extends PlaceFlags, CommonFlags {
  readonly since?: number
  readonly until?: number
  readonly status?: readonly string[]
  readonly type?: readonly string[]
}

interface PlanFlags extends FilterFlags {
  readonly url?: string
}

interface StartFlags extends PlanFlags {
  readonly canary: boolean
}

const { plan, start, list, get } = recoveriesContract

const addFilterFlags = (command: Command): Command =>
  addPlaceFlags(command)
    .argument('<webhook>', 'id')
    .option('--since <time>', 'made at or after, like 2027-01-31T18:00:00Z', readTime)
    .option('--until <time>', 'made before; now when absent', readTime)
    .option('--status <statuses>', 'exhausted, discarded; both when absent', collect)
    .option('--type <names>', 'event types; all when absent', collect)

const filterOf = async (workspace: Workspace, webhookId: string, flags: FilterFlags) => ({
  organizationId: (await organizationOf(workspace, flags)).id,
  webhookId,
  since: flags.since ?? 0,
  until: flags.until ?? Date.now(),
  statuses: flags.status ?? [...recoverableStatuses],
  eventTypes: flags.type,
})

const rowOf = (recovery: Recovery): string[] => [
  recovery.id,
  recovery.state,
  `${recovery.queued} of ${openCountText(recovery.total)}`,
  String(recovery.delivered),
  String(recovery.failed),
  recovery.url ?? 'the webhook',
  timeText(recovery.createdAt),
]
const head = ['id', 'state', 'queued', 'delivered', 'failed', 'to', 'begun']
const linesOf = (recoveries: readonly Recovery[]): string[] => [
  ...table(head, recoveries.map(rowOf)),
  ...recoveries.flatMap(({ stateReason, waitsFor }) => stateReason ?? waitsFor ?? []),
]

const durationOf = ({ count, estimatedMs }: RecoveryPlan): string => {
  if (estimatedMs === null) return 'unknown: nothing was sent to this address yet'
  return `${count >= openCountMax ? 'at least' : 'about'} ${formatDuration(estimatedMs)}`
}

const addPlan = (recoveries: Command, line: CommandLine): void => {
  addFilterFlags(recoveries.command('plan').description('What a recovery would send; changes nothing'))
    .option('--url <url>', 'to another address: how long it takes there')
    .action((webhookId: string, flags: PlanFlags) =>
      report(line, flags, () =>
        inWorkspace(flags, line.output, async (workspace) => {
          const filter = await filterOf(workspace, webhookId, flags)
          const input = parsed(inputOf(plan['~orpc'].inputSchema), { ...filter, url: flags.url })
          const found = await workspace.engine.operations.recoveries.plan(workspace.caller, input)
          const rows = [
            ['would be sent', openCountText(found.count)],
            ['first', timeText(found.firstAt)],
            ['last', timeText(found.lastAt)],
            ['left out', String(found.leftOut)],
            ['takes', durationOf(found)],
          ]
          return { document: found, lines: table([], rows).slice(1) }
        }),
      ),
    )
}

const addStart = (recoveries: Command, line: CommandLine): void => {
  addFilterFlags(
    recoveries
      .command('start')
      .description('Send again what ended without arriving; a running host sends it'),
  )
    .option('--no-canary', 'send all at once instead of one first')
    .option('--url <url>', 'to another address, each once, counting for nothing')
    .action((webhookId: string, flags: StartFlags) =>
      report(line, flags, () =>
        inWorkspace(flags, line.output, async (workspace) => {
          const { canary, url } = flags
          const filter = await filterOf(workspace, webhookId, flags)
          const input = parsed(inputOf(start['~orpc'].inputSchema), { ...filter, canary, url })
          const started = await workspace.engine.operations.recoveries.start(workspace.caller, input)
          return { document: started, lines: linesOf([started]) }
        }),
      ),
    )
}

const addList = (recoveries: Command, line: CommandLine): void => {
  addPlaceFlags(recoveries.command('list').description('The latest recoveries of a webhook'))
    .argument('<webhook>', 'id')
    .action((webhookId: string, flags: PlaceFlags & CommonFlags) =>
      report(line, flags, () =>
        inWorkspace(flags, line.output, async (workspace) => {
          const { id: organizationId } = await organizationOf(workspace, flags)
          const input = parsed(inputOf(list['~orpc'].inputSchema), { organizationId, webhookId })
          const found = await workspace.engine.operations.recoveries.list(workspace.caller, input)
          return { document: found, lines: linesOf(found) }
        }),
      ),
    )
}

const changes = [
  { verb: 'pause', description: 'Pause a recovery' },
  { verb: 'resume', description: 'Let a paused recovery go on' },
  { verb: 'cancel', description: 'End a recovery; what is queued already still goes out' },
] as const

const addChanges = (recoveries: Command, line: CommandLine): void => {
  for (const { verb, description } of changes) {
    addPlaceFlags(recoveries.command(verb).description(description))
      .argument('<recovery>', 'id')
      .action((recoveryId: string, flags: PlaceFlags & CommonFlags) =>
        report(line, flags, () =>
          inWorkspace(flags, line.output, async (workspace) => {
            const { id: organizationId } = await organizationOf(workspace, flags)
            const input = parsed(inputOf(get['~orpc'].inputSchema), { organizationId, recoveryId })
            const changed = await workspace.engine.operations.recoveries[verb](workspace.caller, input)
            return { document: changed, lines: linesOf([changed]) }
          }),
        ),
      )
  }
}

export const addRecoveryCommands = (line: CommandLine): void => {
  const recoveries = line.program
    .command('recoveries')
    .description('Sending again, by time and filter, what a webhook missed')
  addPlan(recoveries, line)
  addStart(recoveries, line)
  addList(recoveries, line)
  addChanges(recoveries, line)
}
