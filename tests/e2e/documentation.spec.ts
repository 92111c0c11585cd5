import { framePart, refusalPart } from './pages/parts.ts'
import { expect, test } from './support/test.ts'

test('the guides are searched, and a found part is opened where it stands', async ({ page, openAs }) => {
  const { main, title } = framePart(page)
  await openAs('Max', '/documentation')
  await page.keyboard.press('/')
  await page.keyboard.type('webhook-timestamp')
  await expect(main.getByRole('status')).toContainText('of the guides')
  await main
    .getByRole('link', { name: /^Verifying signatures/ })
    .first()
    .click()
  await expect(title('Verifying signatures')).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('searchbox')).toHaveValue('webhook-timestamp')
})

test('signatures are verified in seven languages', async ({ page, openAs }) => {
  const { main } = framePart(page)
  await openAs('Ada', '/documentation/verification')
  for (const language of ['Node.js', 'Python', 'Go', 'PHP', 'Ruby', 'Java', 'C#']) {
    await expect(main.getByText(language, { exact: true }).first()).toBeAttached()
  }
})

test('everything is readable without the internet', async ({ page, openAs, demo }) => {
  const elsewhere: string[] = []
  page.on('request', (request) => {
    if (!request.url().startsWith(demo.url) && !request.url().startsWith('data:'))
      elsewhere.push(request.url())
  })
  await openAs('Finn', '/settings/integrations/api')
  await refusalPart(page).documentation.click()
  await expect(framePart(page).title(/./)).toBeVisible()
  expect(elsewhere).toEqual([])
})
