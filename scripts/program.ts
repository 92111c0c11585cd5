/** node scripts/program.ts serve|cli [arguments]: builds what is stale and runs a program of out/main. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { buildIfStale } from './build-if-stale.ts'
import { follow } from './follow.ts'
import { root } from './paths.ts'

const [name = 'serve', ...args] = process.argv.slice(2)
await buildIfStale()
follow(spawn(process.execPath, [join(root, 'out/main', `${name}.js`), ...args], { stdio: 'inherit' }))
