import { organizationOf } from './support/console-client.ts'
import { expect, test } from './support/test.ts'

test('a person’s data is erased after a look at what that means, and the event says so', async ({
  page,
  as,
  openAs,
  expectAccessible,
}) => {
  const ada = await as('Ada')
  const { id: organizationId } = await organizationOf(ada)
  const { items } = await ada.events.list({ organizationId, type: 'attendee.registered', limit: 1 })
  const eventId = items[0]?.id ?? ''
  const { body } = await ada.events.get({ organizationId, eventId })
  const email = /"email":"([^"]+)"/.exec(body)?.[1] ?? ''
  expect(email).toContain('@')
  await openAs('Ada', '/settings/data')
  const main = page.getByRole('main')
  await main.getByRole('button', { name: 'Erase data …' }).click()
  const dialog = page.getByRole('dialog', { name: 'Erase data' })
  await dialog.getByRole('button', { name: 'Count what fits' }).click()
  await expect(dialog.getByText('Give at least three characters')).toBeVisible()
  await dialog.getByRole('radio', { name: 'Value anywhere' }).click()
  await dialog.getByRole('textbox', { name: 'Value' }).fill(email.toUpperCase())
  await dialog.getByRole('button', { name: 'Count what fits' }).click()
  await expect(dialog.getByText(/events? would be erased/)).toBeVisible()
  await expectAccessible('erasure-planned')
  await dialog.getByRole('button', { name: /^Erase \d+ events?$/ }).click()
  await expect(dialog).toBeHidden()
  const erasures = main.getByRole('region', { name: 'Erasure' })
  await expect(erasures.getByText('Done')).toBeVisible()
  await expect(erasures).toContainText(/A value anywhere: \d+ events? erased/)
  await page.goto(new URL(`/events/${eventId}`, page.url()).href)
  await expect(main.getByText('The body was erased')).toBeVisible()
  await expect(main).not.toContainText(email)
})

test('data is kept for the days that somebody sets, and what is old goes at once when asked', async ({
  page,
  openAs,
}) => {
  await openAs('Ada', '/settings/data')
  const retention = page.getByRole('main').getByRole('region', { name: 'Retention' })
  const days = (name: string) => retention.getByRole('spinbutton', { name: `${name}, days` })
  await days('Attempts').fill('91')
  await retention.getByRole('button', { name: 'Save' }).click()
  await expect(retention.getByText('At most 90 days')).toBeVisible()
  await days('Attempts').fill('20')
  await days('Response bodies').fill('7')
  await expect(retention.getByText(/Would remove now: [1-9]/).first()).toBeVisible()
  await retention.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Saved')).toBeVisible()
  await retention.getByRole('button', { name: 'Remove what is old now' }).click()
  await expect(retention.getByText(/The last pass ended .* removed [1-9][\d,.]* rows/)).toBeVisible()
  await expect(days('Response bodies')).toHaveValue('7')
})
