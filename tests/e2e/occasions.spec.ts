import { confirmDialogPart, framePart, tablePart } from './pages/parts.ts'
import { expect, test } from './support/test.ts'

test('an occasion is created, edited, worked in, archived and restored', async ({
  page,
  openAs,
  uniqueName,
}) => {
  const occasions = tablePart(page, 'Occasions')
  const frame = framePart(page)
  const name = uniqueName('Harbour Days')
  const creating = page.getByRole('dialog', { name: 'Create an occasion' })
  const editing = page.getByRole('dialog', { name: `Edit ${name}` })
  const archived = page.getByRole('combobox', { name: 'Archived' })
  const actions = page.getByRole('button', { name: `Actions for ${name}` })
  await openAs('Ada', '/settings/occasions')
  await page.getByRole('button', { name: 'Create occasion' }).first().click()
  await creating.getByLabel('Name').fill(name)
  await creating.getByLabel('Starts').fill('2027-08-20T10:00')
  await creating.getByLabel('Ends').fill('2027-08-19T10:00')
  await creating.getByRole('button', { name: 'Create occasion' }).click()
  await expect(creating.getByLabel('Ends')).toHaveAccessibleDescription(/Not before the start/)
  await creating.getByLabel('Ends').fill('2027-08-22T22:00')
  await creating.getByRole('button', { name: 'Create occasion' }).click()
  await expect(occasions.row(name)).toContainText('Upcoming')

  await occasions.link(name).click()
  await editing.getByLabel('Venue').fill('The quay')
  await editing.getByRole('button', { name: 'Save' }).click()
  await expect(occasions.row(name)).toContainText('The quay')

  await actions.click()
  await frame.menuItem('Work in this occasion').click()
  await expect(frame.occasion).toContainText(name)
  await frame.occasion.click()
  await frame.choice(/^All occasions/).click()

  const question = confirmDialogPart(page, `Archive ${name}`)
  await actions.click()
  await frame.menuItem('Archive …').click()
  await expect(question.cancel).toBeFocused()
  await question.confirm('Archive occasion').click()
  await expect(occasions.row(name)).toHaveCount(0)
  await archived.selectOption('Archived only')
  await expect(occasions.row(name)).toContainText('Archived')
  await actions.click()
  await frame.menuItem('Restore').click()
  await expect(occasions.row(name)).toHaveCount(0)
  await archived.selectOption('Not archived')
  await expect(occasions.row(name)).toContainText('Upcoming')
})

test('Max reads the occasions, and asks why he creates none', async ({ page, openAs }) => {
  await openAs('Max', '/settings/occasions')
  await expect(tablePart(page, 'Occasions').row('Spring Gala 2027')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Create occasion' })).toHaveCount(0)
  await page.getByRole('button', { name: 'Why can’t I create one?' }).click()
  await expect(page.getByRole('dialog', { name: 'Why this is refused' })).toBeVisible()
})
