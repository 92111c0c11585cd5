import { actions, isAction } from '#contract/actions.ts'
import type { Decision } from '#contract/decision.ts'
import { emailSchema } from '#contract/session.ts'
import { explainLine } from '#main/engine/access/decide.ts'
import { PatchbayError } from '#main/engine/errors.ts'
import { principalOf } from '#main/engine/sessions/session.ts'
import { addPlaceFlags, type CommandLine, type CommonFlags, parsed, report } from '../command.ts'
import { table, UsageError } from '../output.ts'
import { inWorkspace, type PlaceFlags, placeOf } from '../workspace.ts'

interface ExplainFlags extends PlaceFlags, CommonFlags {
  readonly email: string
  readonly action: string
}

/** So that a script can ask: 0 is allowed. */
const refusedExitCode = 3

const linesOf = (decision: Decision): string[] => [
  explainLine(decision),
  '',
  ...table(
    ['gate', 'answer', 'fact'],
    decision.gates.map(({ gate, passed, code, fact }) => [gate, passed ? 'passes' : (code ?? 'fails'), fact]),
  ),
]

export const addExplainCommand = (line: CommandLine): void => {
  addPlaceFlags(line.program.command('explain').description('Why a person may do something, or may not'))
    .requiredOption('--email <email>', 'of the person')
    .requiredOption('--action <action>', 'for example webhooks.manage')
    .action((flags: ExplainFlags) =>
      report(line, flags, () =>
        inWorkspace(flags, line.output, async (workspace) => {
          const { action } = flags
          if (!isAction(action))
            throw new UsageError(`There is no action ${action}. There are: ${actions.join(', ')}.`)
          const user = await workspace.store.read.users.getByEmail(parsed(emailSchema, flags.email))
          if (user === null) {
            throw new PatchbayError('not_found', { detail: `There is nobody with the email ${flags.email}.` })
          }
          const place = await placeOf(workspace, flags)
          const decision = await workspace.engine.toolbox.access.decide(principalOf(user), action, place)
          return {
            document: decision,
            lines: linesOf(decision),
            exitCode: decision.allowed ? 0 : refusedExitCode,
          }
        }),
      ),
    )
}
