import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

// Threads and programs that tests start compile only once: from source, that is half of the time of a start.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/node')

/** Tests of these rooms start nothing and leave nothing behind in their process: several files share it. */
const sharing = 'tests/{engine,store,contract,renderer}/**/*.test.ts'

export default defineConfig({
  test: {
    environment: 'node',
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    projects: [
      // A process per file: worker threads, servers and environment variables stay apart.
      { extends: true, test: { name: 'apart', include: ['tests/{delivery,host,cli,desktop}/**/*.test.ts'] } },
      // The modules of a room are loaded once, which takes longer than most of its files.
      { extends: true, test: { name: 'sharing', include: [sharing], isolate: false } },
    ],
  },
})
