import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

// Threads and programs that tests start compile only once: from source, that is half of the time of a start.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/node')

export default defineConfig({
  test: {
    include: ['tests/{engine,store,delivery,host,cli,contract,renderer,desktop}/**/*.test.ts'],
    environment: 'node',
    // A process per file: better-sqlite3, worker threads and environment variables stay apart.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
})
