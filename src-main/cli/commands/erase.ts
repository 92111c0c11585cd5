import { text } from 'node:stream/consumers'
import { type ErasureCriterion, type ErasurePlan, erasureCriterionSchema } from '#contract/erasures.ts'
import { addPlaceFlags, type CommandLine, type CommonFlags, parsed, report } from '../command.ts'
import { deliveriesText, timeText, UsageError } from '../output.ts'
import { inWorkspace, organizationOf, type PlaceFlags, type Workspace } from '../workspace.ts'

interface Flags extends PlaceFlags, CommonFlags {
  readonly event?: string
  readonly field?: string
  readonly anywhere?: true
  readonly valueStdin?: true
  readonly dryRun?: true
}

/** The value comes on stdin: arguments can be seen by everybody on the machine. */
const criterionOf = async (
  { event, field, anywhere, valueStdin }: Flags,
  input: NodeJS.ReadableStream,
): Promise<ErasureCriterion> => {
  const ways = [event !== undefined, field !== undefined, anywhere === true].filter(Boolean).length
  if (ways !== 1) throw new UsageError('Say what to erase with one of --event, --field and --anywhere.')
  if (event !== undefined) return parsed(erasureCriterionSchema, { kind: 'event', eventId: event })
  if (!valueStdin) throw new UsageError('Give the value on the standard input, with --value-stdin.')
  const value = (await text(input)).trim()
  return parsed(
    erasureCriterionSchema,
    field === undefined ? { kind: 'anywhere', value } : { kind: 'field', path: field, value },
  )
}

const planWhole = async (
  { engine, caller }: Workspace,
  organizationId: string,
  criterion: ErasureCriterion,
): Promise<Omit<ErasurePlan, 'nextCursor'>> => {
  const sum: Omit<ErasurePlan, 'nextCursor'> = {
    looked: 0,
    events: 0,
    deliveries: 0,
    open: 0,
    firstAt: null,
    lastAt: null,
  }
  let cursor: string | undefined
  do {
    const { nextCursor, ...part } = await engine.operations.erasures.plan(caller, {
      organizationId,
      criterion,
      cursor,
    })
    sum.looked += part.looked
    sum.events += part.events
    sum.deliveries += part.deliveries
    sum.open += part.open
    sum.firstAt ??= part.firstAt
    sum.lastAt = part.lastAt ?? sum.lastAt
    cursor = nextCursor ?? undefined
  } while (cursor !== undefined)
  return sum
}

const dryRun = async (workspace: Workspace, organizationId: string, criterion: ErasureCriterion) => {
  const plan = await planWhole(workspace, organizationId, criterion)
  const { looked, events, deliveries, open, firstAt, lastAt } = plan
  const times = firstAt === null || lastAt === null ? '' : ` (${timeText(firstAt)} to ${timeText(lastAt)})`
  return {
    document: plan,
    lines: [
      `${events} of ${looked} events would be erased${times}, with what was recorded of ${deliveriesText(deliveries)}.`,
      ...(open > 0
        ? [`Of these, ${deliveriesText(open)} not ended yet would be discarded, and never arrive.`]
        : []),
      'Nothing was changed. Backups that were made before hold it still: see `patchbay backup --list`.',
    ],
  }
}

const erase = (flags: Flags, line: CommandLine) =>
  inWorkspace(flags, line.output, async (workspace) => {
    const { id: organizationId } = await organizationOf(workspace, flags)
    const criterion = await criterionOf(flags, process.stdin)
    if (flags.dryRun) return dryRun(workspace, organizationId, criterion)
    const { engine, caller } = workspace
    const { id } = await engine.operations.erasures.start(caller, { organizationId, criterion })
    await engine.erasures.finish(id)
    const erasure = await engine.operations.erasures.get(caller, { organizationId, erasureId: id })
    return {
      document: erasure,
      lines: [
        `${erasure.erased} of ${erasure.looked} events erased; ${deliveriesText(erasure.discarded)} discarded.`,
        `The proof is in the audit log: ${id}, fingerprint ${erasure.fingerprint}.`,
        'Backups that were made before hold it still: see `patchbay backup --list`.',
      ],
    }
  })

export const addEraseCommand = (line: CommandLine): void => {
  addPlaceFlags(line.program.command('erase'))
    .description('Erase the bodies of events, and what was recorded of their deliveries')
    .option('--event <id>', 'the event with this id')
    .option('--field <path>', 'events whose field has the value, for example data.email')
    .option('--anywhere', 'events with the value anywhere in the body')
    .option('--value-stdin', 'read the value from the standard input')
    .option('--dry-run', 'only count')
    .action((flags: Flags) => report(line, flags, () => erase(flags, line)))
}
