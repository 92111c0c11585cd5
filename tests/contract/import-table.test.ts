import { describe, expect, it } from 'vitest'
import { violationsOf } from './import-table.ts'
import { importsOf, sourcesIn } from './source-reader.ts'

const sources = ['src-preload', 'src-main', 'src-renderer'].flatMap(sourcesIn)

describe('the rooms of the program', () => {
  it('import only what the table allows', () => {
    expect(sources.length).toBeGreaterThan(50)
    expect(sources.flatMap(violationsOf)).toEqual([])
  })
})

describe('the check of the rooms', () => {
  it('sees every way to import', () => {
    const text = `
      import a, { type B } from './static.ts'
      import type { C } from './type.ts'
      import { type D } from './inline-type.ts'
      import './side-effect.ts'
      export * from './re-export.ts'
      export type { E } from './re-exported-type.ts'
      const f = () => import('./dynamic.ts')
      type G = typeof import('./in-a-type.ts')
      const h = require('./required.ts')
      const i = (name: string) => import(name)
      // import './comment.ts'
      const j = "import './string.ts'"
    `
    expect(importsOf({ path: 'src-main/x.tsx', text })).toEqual([
      { specifier: './static.ts', typeOnly: false },
      { specifier: './type.ts', typeOnly: true },
      { specifier: './inline-type.ts', typeOnly: true },
      { specifier: './side-effect.ts', typeOnly: false },
      { specifier: './re-export.ts', typeOnly: false },
      { specifier: './re-exported-type.ts', typeOnly: true },
      { specifier: './dynamic.ts', typeOnly: false },
      { specifier: './in-a-type.ts', typeOnly: true },
      { specifier: './required.ts', typeOnly: false },
      { specifier: null, typeOnly: false },
    ])
  })

  it.each([
    ['src-preload/contract/x.ts', "import { readFileSync } from 'node:fs'"],
    ['src-preload/contract/x.ts', "import type { Store } from '#main/store/interface.ts'"],
    ['src-main/engine/x.ts', "import { app } from 'electron'"],
    ['src-main/engine/x.ts', "import fs from 'fs'"],
    ['src-main/engine/x.ts', "import { open } from '../store/open.ts'"],
    ['src-main/engine/x.ts', "import { rows } from '#main/store/interface.ts'"],
    ['src-main/engine/x.ts', "import { sql } from 'kysely'"],
    ['src-main/store/x.ts', "import { decide } from '#main/engine/access/decide.ts'"],
    ['src-main/store/x.ts', "import { request } from 'undici'"],
    ['src-main/delivery/x.ts', "import { openStore } from '#main/store/open.ts'"],
    ['src-main/delivery/x.ts', "import fastify from 'fastify'"],
    ['src-main/delivery/x.ts', "export { decide } from '../engine/access/decide.ts'"],
    ['src-main/host/x.ts', "const load = () => import('electron')"],
    ['src-main/host/x.ts', "import Store from 'electron-store'"],
    ['src-main/host/x.ts', "import { report } from '#main/shell/log.ts'"],
    ['src-main/cli.ts', "import { start } from './shell/start.ts'"],
    ['src-main/shell/x.ts', "import { decide } from '#main/engine/access/decide.ts'"],
    ['src-main/shell/x.ts', "import type { Store } from '../store/interface.ts'"],
    ['src-main/shell/x.ts', "import { app } from 'electron'"],
    ['src-preload/preload.ts', "import { z } from 'zod'"],
    ['src-preload/preload.ts', "import { join } from 'node:path'"],
    ['src-renderer/app/x.tsx', "import { join } from 'node:path'"],
    ['src-renderer/app/x.tsx', "import type { Store } from '#main/store/interface.ts'"],
    ['src-renderer/app/x.tsx', "import { app } from 'electron'"],
    ['src-renderer/app/x.tsx', "import Database from 'better-sqlite3'"],
    ['src-renderer/app/x.tsx', "import outside from '../../scripts/paths.ts'"],
    ['src-other/x.ts', 'export {}'],
  ])('catches %s: %s', (path, text) => {
    expect(violationsOf({ path, text })).toHaveLength(1)
  })

  it.each([
    ['src-main/engine/x.ts', "import type { Store } from '#main/store/interface.ts'"],
    ['src-main/delivery/worker.ts', "import { openStore } from '#main/store/open.ts'"],
    ['src-main/serve.ts', "import { decide } from './engine/access/decide.ts'"],
    ['src-main/main.ts', "import * as electron from 'electron'"],
    ['src-main/shell/x.ts', "import type { App } from 'electron'"],
    ['src-renderer/app/x.tsx', "import { Dialog } from 'radix-ui'"],
  ])('lets pass %s: %s', (path, text) => {
    expect(violationsOf({ path, text })).toEqual([])
  })
})
