import * as electron from 'electron'
import { prepare } from './shell/pre-ready.ts'
import { readProgramOptions } from './shell/program-options.ts'

const options = readProgramOptions(process.argv.slice(1), process.env)

// No await here: Electron becomes ready only after this file has run to its end.
if (prepare(electron.app, electron.protocol, options)) {
  void import('./shell/start.ts').then(({ start }) => start(electron, options))
}
