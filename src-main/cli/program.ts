import { Command, CommanderError } from 'commander'
import { version } from '#main/host/program.ts'
import { addServeFlags, runServe } from '#main/host/serve.ts'
import type { CommandLine } from './command.ts'
import { addAuditCommands } from './commands/audit.ts'
import { addBackupCommands } from './commands/backups.ts'
import { addCompactCommand } from './commands/compact.ts'
import { addDeliveryCommands } from './commands/deliveries.ts'
import { addDoctorCommand } from './commands/doctor.ts'
import { addEraseCommand } from './commands/erase.ts'
import { addEventCommands } from './commands/events.ts'
import { addExplainCommand } from './commands/explain.ts'
import { addKeyCommands } from './commands/keys.ts'
import { addListenCommand } from './commands/listen.ts'
import { addMetricsTokenCommands } from './commands/metrics-token.ts'
import { addRecoveryCommands } from './commands/recoveries.ts'
import { addRetentionCommands } from './commands/retention.ts'
import { addSignInCommand } from './commands/sign-in.ts'
import { addUserCommands } from './commands/users.ts'
import { addVerifyCommand } from './commands/verify.ts'
import { addWebhookCommands } from './commands/webhooks.ts'
import { type Output, printError, processOutput, UsageError } from './output.ts'

const addServeCommands = ({ program, exit }: CommandLine): void => {
  addServeFlags(program.command('serve'))
    .description('Run the engine host: console, tenant API and delivery')
    .action(async (flags) => exit(await runServe(flags)))
  addServeFlags(program.command('demo'))
    .description('Run the engine host on the demo workspace')
    .action(async (flags) => exit(await runServe({ ...flags, demo: true })))
}

/**
 * Runs the command line. @returns the exit code: 0 done, 1 failed, 2 wrong usage; `explain` has 3 for refused.
 */
export const runCommandLine = async (
  args: readonly string[],
  output: Output = processOutput,
): Promise<number> => {
  const json = args.includes('--json')
  let exitCode = 0
  const program = new Command('patchbay')
    .description('Patchbay on the command line: the same engine, no window.')
    .version(version)
    .exitOverride()
    // With --json the error is printed as JSON, below.
    .configureOutput({ writeOut: output.out, writeErr: (text) => void (json || output.err(text)) })
    .showSuggestionAfterError()
  const line: CommandLine = {
    program,
    output,
    exit(code) {
      exitCode = code
    },
  }
  addServeCommands(line)
  addKeyCommands(line)
  addWebhookCommands(line)
  addEventCommands(line)
  addDeliveryCommands(line)
  addRecoveryCommands(line)
  addUserCommands(line)
  addExplainCommand(line)
  addListenCommand(line)
  addVerifyCommand(line)
  addBackupCommands(line)
  addRetentionCommands(line)
  addEraseCommand(line)
  addCompactCommand(line)
  addDoctorCommand(line)
  addMetricsTokenCommands(line)
  addAuditCommands(line)
  addSignInCommand(line)
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return 0
    const usage = new UsageError(error.message.replace(/^error: /, ''))
    return json ? printError(usage, { json, output }) : 2
  }
}
