import { type RetentionKind, retentionDaysSchema, retentionKinds } from '#contract/retention.ts'
import { PatchbayError } from '#main/engine/errors.ts'
import { addPlaceFlags, type CommandLine, type CommonFlags, parsed, report } from '../command.ts'
import { openCountText, table, timeText, UsageError } from '../output.ts'
import { inWorkspace, organizationOf, type PlaceFlags } from '../workspace.ts'

type Flags = PlaceFlags & CommonFlags

const flagOf = (kind: RetentionKind): string => kind.replaceAll('_', '-')

const show = (flags: Flags, line: CommandLine) =>
  inWorkspace(flags, line.output, async (workspace) => {
    const { id: organizationId } = await organizationOf(workspace, flags)
    const { retention } = workspace.engine.operations
    const state = await retention.get(workspace.caller, { organizationId })
    const old = await retention.preview(workspace.caller, { organizationId, days: state.days })
    const { database, last } = state
    return {
      document: { ...state, old },
      lines: [
        ...table(
          ['kind', 'days', 'would go now'],
          retentionKinds.map((kind) => [flagOf(kind), String(state.days[kind]), openCountText(old[kind])]),
        ),
        last === null ? 'Nothing was removed yet.' : `The last pass ended ${timeText(last.at)}.`,
        `The database has ${database.fileBytes} bytes, ${database.unusedBytes} of them unused; its log ${database.walBytes}.`,
      ],
    }
  })

const set = (assignments: readonly string[], flags: Flags, line: CommandLine) =>
  inWorkspace(flags, line.output, async (workspace) => {
    const { id: organizationId } = await organizationOf(workspace, flags)
    const { retention } = workspace.engine.operations
    const { days } = await retention.get(workspace.caller, { organizationId })
    const changes = assignments.map((assignment) => {
      const [name, value] = assignment.split('=')
      const kind = retentionKinds.find((one) => flagOf(one) === name)
      if (kind === undefined || value === undefined) {
        throw new UsageError(`Write KIND=DAYS, with a kind of: ${retentionKinds.map(flagOf).join(', ')}.`)
      }
      return [kind, Number(value)] as const
    })
    const wanted = parsed(retentionDaysSchema, { ...days, ...Object.fromEntries(changes) })
    await retention.set(workspace.caller, { organizationId, days: wanted })
    return {
      document: { days: wanted },
      lines: table(
        ['kind', 'days'],
        retentionKinds.map((kind) => [flagOf(kind), String(wanted[kind])]),
      ),
    }
  })

const run = (flags: Flags, line: CommandLine) =>
  inWorkspace(flags, line.output, async (workspace) => {
    const { id: organizationId } = await organizationOf(workspace, flags)
    await workspace.engine.operations.retention.run(workspace.caller, { organizationId })
    const removed = await workspace.engine.retention.prune(organizationId)
    if (removed === null) throw new PatchbayError('busy')
    return {
      document: { removed },
      lines: Object.entries(removed).map(([kind, count]) => `${count} ${kind.replaceAll('_', ' ')} removed`),
    }
  })

export const addRetentionCommands = (line: CommandLine): void => {
  const retention = line.program.command('retention').description('How long things are kept')
  addPlaceFlags(retention.command('show'))
    .description('The days of each kind, what would go now, and the size of the database')
    .action((flags: Flags) => report(line, flags, () => show(flags, line)))
  addPlaceFlags(retention.command('set'))
    .description(`Set days (5 to 90) by kind: ${retentionKinds.map(flagOf).join(', ')}`)
    .argument('<kind=days...>', 'for example events=60 attempts=30')
    .action((assignments: string[], flags: Flags) => report(line, flags, () => set(assignments, flags, line)))
  addPlaceFlags(retention.command('run'))
    .description('Remove what is old now, in small steps')
    .action((flags: Flags) => report(line, flags, () => run(flags, line)))
}
