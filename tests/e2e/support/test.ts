import AxeBuilder from '@axe-core/playwright'
import { test as base, expect, type Page } from '@playwright/test'
import { type Host, startHost } from './host.ts'
import { type Receiver, startReceiver } from './receiver.ts'

export type Person = 'Ada' | 'Max' | 'Sam' | 'Meta' | 'Otto' | 'Rita' | 'Finn' | 'Pat'

interface TestFixtures {
  readonly receiver: Receiver
  /** Signs one of the demo people in and waits for the console. */
  readonly signInAs: (person: Person) => Promise<void>
  /** Fails on anything serious that axe finds, in both themes, and on anything that breaks the CSP. */
  readonly expectAccessible: () => Promise<void>
}
interface WorkerFixtures {
  /** The demo workspace, shared by the tests of a worker: tests make what they change. */
  readonly demo: Host
}

const seriousViolations = async (page: Page): Promise<string[]> => {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`))
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  demo: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's dependencies from the pattern.
    async ({}, use) => {
      const host = await startHost({ demo: true })
      await use(host)
      await host.stop()
    },
    { scope: 'worker' },
  ],
  // biome-ignore lint/correctness/noEmptyPattern: as above.
  receiver: async ({}, use) => {
    const receiver = await startReceiver()
    await use(receiver)
    await receiver.stop()
  },
  page: async ({ page }, use) => {
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('console', (message) => {
      if (/Content Security Policy|violates/i.test(message.text())) problems.push(message.text())
    })
    await use(page)
    expect(problems, 'errors and CSP violations in the page').toEqual([])
  },
  signInAs: async ({ page, demo }, use) => {
    await use(async (person) => {
      await page.goto(`${demo.url}/sign-in`)
      await page.getByRole('button', { name: new RegExp(`\\b${person}\\b`) }).click()
      await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
    })
  },
  expectAccessible: async ({ page }, use) => {
    await use(async () => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        expect(await seriousViolations(page), `axe in the ${colorScheme} theme`).toEqual([])
      }
    })
  },
})
export { expect }
