import { readFileSync } from 'node:fs'
import { eventInputSchema } from '#contract/events.ts'
import type { ProgramEngine } from '#main/host/program-engine.ts'
import { addPlaceFlags, type CommandLine, type CommonFlags, parsed, parsedJson, report } from '../command.ts'
import { deliveriesText, UsageError } from '../output.ts'
import { inWorkspace, type PlaceFlags, placeOf } from '../workspace.ts'

interface SendFlags extends PlaceFlags, CommonFlags {
  readonly type: string
  readonly data?: string
  readonly dataFile?: string
  readonly example?: true
  readonly timestamp?: string
  readonly idempotencyKey?: string
}

const standardInput = 0

const dataOf = ({ type, data, dataFile, example }: SendFlags, { toolbox }: ProgramEngine): unknown => {
  const given = [data, dataFile, example].filter((one) => one !== undefined)
  if (given.length !== 1) throw new UsageError('Give one of --data, --data-file and --example.')
  if (data !== undefined) return parsedJson(data, '--data')
  if (dataFile !== undefined) {
    return parsedJson(readFileSync(dataFile === '-' ? standardInput : dataFile, 'utf8'), dataFile)
  }
  const known = toolbox.eventTypes.list().find(({ name }) => name === type)
  if (known === undefined) throw new UsageError(`There is no event type ${type} that has an example.`)
  return known.example
}

export const addEventCommands = (line: CommandLine): void => {
  const events = line.program.command('events').description('Events of an organization')

  addPlaceFlags(events.command('send').description('Accept an event as the tenant API would'))
    .requiredOption('--type <type>', 'for example attendee.registered')
    .option('--data <json>', 'the data of the event')
    .option('--data-file <file>', 'a file with the data; - reads standard input')
    .option('--example', "the example of the event's type")
    .option('--timestamp <time>', 'when it happened, ISO 8601; now when absent')
    .option('--idempotency-key <key>', 'the same key gives the same answer for 24 hours')
    .action((flags: SendFlags) =>
      report(line, flags, () =>
        inWorkspace(flags, line.output, async (workspace) => {
          const { organizationId, occasionId } = await placeOf(workspace, flags)
          const input = parsed(eventInputSchema, {
            type: flags.type,
            data: dataOf(flags, workspace.engine),
            occasionId: occasionId ?? undefined,
            timestamp: flags.timestamp,
            idempotencyKey: flags.idempotencyKey,
          })
          const accepted = await workspace.engine.intake.accept(workspace.caller, organizationId, input)
          return {
            document: accepted,
            lines: [`Accepted ${accepted.id} with ${deliveriesText(accepted.deliveries)}.`],
          }
        }),
      ),
    )
}
