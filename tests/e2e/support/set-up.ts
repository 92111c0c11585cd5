import type { Page } from '@playwright/test'
import { firstRunPage } from '../pages/entry-pages.ts'
import { framePart } from '../pages/parts.ts'
import { expect } from './test.ts'

export const owner = {
  organizationName: 'Lakeside Theatre',
  name: 'Nora Quinn',
  email: 'nora@lakeside.example',
  password: 'curtain up at seven',
}

/** Goes through the first run of an empty installation and arrives as the owner on the overview. */
export const setUp = async (page: Page, url: string): Promise<void> => {
  const firstRun = firstRunPage(page)
  await page.goto(url)
  await firstRun.organization.fill(owner.organizationName)
  await firstRun.name.fill(owner.name)
  await firstRun.email.fill(owner.email)
  await firstRun.password.fill(owner.password)
  await firstRun.create.click()
  await expect(framePart(page).title('Overview')).toBeVisible()
}
