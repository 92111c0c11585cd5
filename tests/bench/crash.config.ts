import { mergeConfig } from 'vitest/config'
import config from '../../vitest.config.ts'

/** `npm run bench:crash`: the crash tests of `npm test`, long. CRASH_KILLS and CRASH_SEED choose others. */
export default mergeConfig(config, {
  test: {
    root: new URL('../..', import.meta.url).pathname,
    disableConsoleIntercept: true,
    env: {
      CRASH_KILLS: process.env.CRASH_KILLS ?? '200',
      CRASH_LOCKED_MS: process.env.CRASH_LOCKED_MS ?? '20000',
      CRASH_SEED: process.env.CRASH_SEED ?? String(Date.now() % 1_000_000),
    },
  },
})
