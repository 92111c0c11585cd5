import { type SpawnOptions, spawn } from 'node:child_process'
import { root } from './paths.ts'

export interface Ran {
  /** The exit code; 1 when a signal ended the program or it could not be started. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program in the project's root and waits for its end. Its output is collected where it is piped. */
export const run = (command: string, args: readonly string[], options: SpawnOptions = {}): Promise<Ran> =>
  new Promise((settle) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options })
    let stdout = ''
    let stderr = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.on('error', (error) => settle({ code: 1, stdout, stderr: `${stderr}${error.message}\n` }))
    child.on('close', (code) => settle({ code: code ?? 1, stdout, stderr }))
  })

/** Runs a JavaScript tool on the Node that runs this script. */
export const runTool = (tool: string, args: readonly string[], options: SpawnOptions = {}): Promise<Ran> =>
  run(process.execPath, [tool, ...args], options)
