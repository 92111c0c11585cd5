import { readFile } from 'node:fs/promises'
import Database from 'better-sqlite3'
import { framePart, tablePart } from './pages/parts.ts'
import { organizationOf } from './support/console-client.ts'
import { expect, openPageAs, test } from './support/test.ts'

test('a change is in the log with who, what, before and after, and without its secret', async ({
  page,
  as,
  openAs,
  uniqueName,
}) => {
  const entries = tablePart(page, 'Entries')
  const ada = await as('Ada')
  const { id: organizationId } = await organizationOf(ada)
  const names = { before: uniqueName('Audited'), after: uniqueName('Audited') }
  const { key, secret } = await ada.apiKeys.create({
    organizationId,
    name: names.before,
    environment: 'staging',
    scopes: ['api'],
  })
  await ada.apiKeys.update({
    organizationId,
    apiKeyId: key.id,
    name: names.after,
    description: '',
    environment: 'staging',
    scopes: ['api'],
  })
  await openAs('Ada', `/audit?targetId=${key.id}`)
  await expect(entries.rows).toHaveCount(2)
  await entries.link('API keys: update').click()
  const entry = page.getByRole('dialog', { name: 'API keys: update' })
  await expect(entry.getByRole('row').filter({ hasText: 'name, changed' })).toContainText(
    `${names.before}${names.after}`,
  )
  await expect(entry).toContainText('127.0.0.1')
  await page.keyboard.press('Escape')
  await entries.link('API keys: create').click()
  await expect(page.getByRole('dialog', { name: 'API keys: create' })).toBeVisible()
  expect(await page.content()).not.toContain(secret)
})

test('the log is filtered, and what is shown is exported', async ({ page, openAs }) => {
  const entries = tablePart(page, 'Entries')
  await openAs('Ada', '/audit')
  await page.getByRole('searchbox', { name: 'Search by who did it' }).fill('max')
  await page.getByRole('combobox', { name: 'On what' }).selectOption('Webhook')
  await expect(page).toHaveURL(/actor=max/)
  await expect(page).toHaveURL(/target=webhook/)
  await expect(entries.rows.filter({ hasNotText: /Max.*Webhook/ })).toHaveCount(0)
  await expect(entries.rows).not.toHaveCount(0)
  const shown = await entries.rows.count()
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export' }).click()
  await framePart(page).menuItem('JSON Lines').click()
  const file = await (await downloading).path()
  const lines = (await readFile(file, 'utf8')).trim().split('\n')
  expect(lines).toHaveLength(shown)
  expect(lines.every((line) => line.includes('"Max"'))).toBe(true)
})

test('an altered entry is found', async ({ page, ownDemo }) => {
  const verification = page.getByRole('dialog', { name: 'Verify the audit log' })
  await openPageAs(page, ownDemo.url, 'Ada', '/audit')
  await page.getByRole('button', { name: 'Verify' }).click()
  await expect(verification.getByRole('status')).toContainText('The chain is whole')
  const database = new Database(`${ownDemo.dataDirectory}/patchbay.db`)
  database.prepare(`UPDATE audit SET actor_name = 'Nobody' WHERE seq = 40`).run()
  database.close()
  await verification.getByRole('button', { name: 'Verify again' }).click()
  await expect(verification.getByRole('alert')).toContainText('The chain breaks at entry 40')
})
