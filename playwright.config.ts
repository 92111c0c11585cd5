import { defineConfig } from '@playwright/test'
import { findBrowser } from './scripts/browser.ts'

const browser = findBrowser()

/** Chromium's sandbox does not work as root, as in most containers. */
const isRoot = process.getuid?.() === 0

export default defineConfig({
  testDir: 'tests',
  globalSetup: './tests/e2e/support/prepare.ts',
  outputDir: 'test-results',
  workers: 2,
  retries: 0,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list']],
  timeout: 60_000,
  // A bound for what never comes, not a measure of how fast it is: the machine may be busy.
  expect: { timeout: 15_000 },
  use: {
    // Without the film: it costs a fifth of the time, and the snapshots of the page tell more.
    trace: { mode: 'retain-on-failure', screenshots: false },
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(browser?.kind === 'system' ? { executablePath: browser.executablePath } : {}),
      chromiumSandbox: !isRoot,
      args: [
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-domain-reliability',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
  projects: [
    { name: 'console', testMatch: 'e2e/**/*.spec.ts' },
    { name: 'desktop', testMatch: 'desktop/**/*.spec.ts' },
  ],
})
