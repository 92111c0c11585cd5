import { expect, type Page, type TestInfo } from '@playwright/test'
import axeCore from 'axe-core'

declare global {
  /** In the page, once it was loaded. */
  var axe: typeof axeCore
}

const themes = ['light', 'dark'] as const

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** Puts axe into the page, which takes as long as a run of it: once for both themes. */
const loadAxe = async (page: Page): Promise<void> => {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axeCore.source)
}

const seriousViolations = (page: Page): Promise<string[]> =>
  page.evaluate(async (values) => {
    const { violations } = await axe.run(document, {
      runOnly: { type: 'tag', values },
      resultTypes: ['violations'],
    })
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} (${failureSummary ?? ''})`),
      )
  }, tags)

/** A page that still loads would be tested for its skeleton. */
const expectLoaded = async (page: Page): Promise<void> => {
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0)
  await expect(page.getByRole('status').getByText(/^Loading/)).toHaveCount(0)
}

/**
 * Fails on anything serious that axe finds on the page as it is, in the light and in the dark theme, and attaches
 * what it looks like in both.
 */
export const expectAccessible = async (page: Page, testInfo: TestInfo, name: string): Promise<void> => {
  await expectLoaded(page)
  await loadAxe(page)
  for (const theme of themes) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme)
    // First, while the browser paints the page in this theme: the picture then has not to wait for that.
    expect.soft(await seriousViolations(page), `axe on ${name}, ${theme} theme`).toEqual([])
    const path = testInfo.outputPath(`${name}-${theme}.png`)
    await page.screenshot({ path })
    await testInfo.attach(`${name}, ${theme}`, { path, contentType: 'image/png' })
  }
}
