import { emailSchema } from '#contract/session.ts'
import { PatchbayError } from '#main/engine/errors.ts'
import { codeAnswerSchema } from '#main/host/control.ts'
import { askHost } from '#main/host/control-client.ts'
import { readHostFile } from '#main/store/data-directory.ts'
import { addDataFlags, type CommandLine, type CommonFlags, parsed, report } from '../command.ts'
import { type DataFlags, directoryOf } from '../workspace.ts'

interface SignInFlags extends DataFlags, CommonFlags {
  readonly email?: string
}

export const addSignInCommand = (line: CommandLine): void => {
  addDataFlags(line.program.command('sign-in'))
    .description('Print an address that signs somebody in once, within ten minutes, at the running host')
    .option('--email <email>', 'of the person; the first owner when absent')
    .action((flags: SignInFlags) =>
      report(line, flags, async () => {
        const host = readHostFile(directoryOf(flags))
        const email = flags.email === undefined ? null : parsed(emailSchema, flags.email)
        const answer =
          host === null
            ? null
            : await askHost(host, '/control/sign-in-code', { body: { email }, schema: codeAnswerSchema })
        if (answer === null) {
          throw new PatchbayError('not_found', {
            detail: 'No host runs on this data directory: start one with serve.',
          })
        }
        return { document: answer, lines: [answer.signInUrl] }
      }),
    )
}
