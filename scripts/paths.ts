import { resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '..')

/** The JavaScript behind a command of node_modules/.bin: run with `process.execPath` it works on Windows too. */
export const tools = {
  biome: resolve(root, 'node_modules/@biomejs/biome/bin/biome'),
  tsc: resolve(root, 'node_modules/typescript/bin/tsc'),
  vitest: resolve(root, 'node_modules/vitest/vitest.mjs'),
  playwright: resolve(root, 'node_modules/@playwright/test/cli.js'),
  electronBuilder: resolve(root, 'node_modules/electron-builder/cli.js'),
  installElectron: resolve(root, 'node_modules/electron/install.js'),
} as const
