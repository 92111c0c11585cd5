import AxeBuilder from '@axe-core/playwright'
import { expect, type Page, type TestInfo } from '@playwright/test'

const themes = ['light', 'dark'] as const

const seriousViolations = async (page: Page): Promise<string[]> => {
  // Legacy: without a page of its own to gather what frames say. The console has none, and it takes as long again.
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} (${failureSummary ?? ''})`),
    )
}

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
  for (const theme of themes) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme)
    const path = testInfo.outputPath(`${name}-${theme}.png`)
    await page.screenshot({ path })
    await testInfo.attach(`${name}, ${theme}`, { path, contentType: 'image/png' })
    expect.soft(await seriousViolations(page), `axe on ${name}, ${theme} theme`).toEqual([])
  }
}
