/** Finds the browser for the tests: Playwright's own, else Chrome or Chromium of the system. */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from '@playwright/test'

export type FoundBrowser =
  | { readonly kind: 'playwright' }
  | { readonly kind: 'system'; readonly executablePath: string }

const programs = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'chrome.exe']

const installedAt = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  join(process.env.PROGRAMFILES ?? 'C:\\Program Files', 'Google/Chrome/Application/chrome.exe'),
]

/** The browser to use, or null when there is none on this machine. */
export const findBrowser = (): FoundBrowser | null => {
  if (existsSync(chromium.executablePath())) return { kind: 'playwright' }
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  const candidates = [
    ...programs.flatMap((program) => folders.map((folder) => join(folder, program))),
    ...installedAt,
  ]
  const executablePath = candidates.find((path) => existsSync(path))
  return executablePath === undefined ? null : { kind: 'system', executablePath }
}
