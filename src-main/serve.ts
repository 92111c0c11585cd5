import { Command } from 'commander'
import { addServeFlags, runServe } from './host/serve.ts'

const command = addServeFlags(new Command('patchbay-serve'))
  .description('Runs the engine host of Patchbay: console, tenant API and delivery, on this machine.')
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : 2)
  })
  .action(async (flags) => {
    process.exit(await runServe(flags))
  })

await command.parseAsync()
