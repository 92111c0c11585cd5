import { existsSync } from 'node:fs'
import { findBrowser } from './browser.ts'
import { tools } from './paths.ts'
import { run, runTool } from './run.ts'

const isRootOnDebian = () => process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')

const installFromDebian = async () => {
  console.log('No browser here: installing Chromium with apt-get.')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const updated = await run('apt-get', ['update', '-qq'], { env })
  if (updated.code === 0) await run('apt-get', ['install', '-y', '-qq', 'chromium'], { env })
}

const installFromPlaywright = async () => {
  console.log("No browser here: installing Playwright's Chromium.")
  await runTool(tools.playwright, ['install', 'chromium'])
}

/** Sees to it that the browser tests have a browser. Answers whether they do. */
export const ensureBrowser = async (): Promise<boolean> => {
  if (findBrowser()) return true
  if (isRootOnDebian()) await installFromDebian()
  if (!findBrowser()) await installFromPlaywright()
  return findBrowser() !== null
}
