import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { apiKeyPage, apiKeysPage, apiKeysPath } from './pages/api-keys-pages.ts'
import { confirmDialogPart, framePart, secretDialogPart } from './pages/parts.ts'
import { organizationOf } from './support/console-client.ts'
import { expect, test } from './support/test.ts'

const secretPattern = /^pb_stag_[0-9A-Za-z]{36}$/
const problemSchema = z.object({ code: z.string() })

const sendEvent = (url: string, secret: string) =>
  fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': secret },
    body: JSON.stringify({
      type: 'attendee.registered',
      data: { attendeeId: 'a-1', email: 'guest@example.com', lastName: 'Guest' },
    }),
  })

test('Ada creates a key, keeps its secret the only time it is shown, and a program uses it', async ({
  page,
  demo,
  openAs,
  uniqueName,
}) => {
  const keys = apiKeysPage(page)
  const shown = secretDialogPart(page)
  const name = uniqueName('Check-in desk')
  await openAs('Ada', apiKeysPath)
  await keys.create.click()
  await keys.dialog.name.fill(name)
  await keys.dialog.environment.selectOption('Staging')
  await expect(keys.dialog.scope('api')).toBeChecked()
  await keys.dialog.submit.click()
  await expect(shown.secret).toHaveText(secretPattern)
  const secret = await shown.secret.innerText()

  await test.step('a slip does not lose the secret', async () => {
    await expect(shown.close).toBeDisabled()
    await page.keyboard.press('Escape')
    await page.mouse.click(5, 5)
    await expect(shown.secret).toHaveText(secret)
  })
  await test.step('after it is stored, it is nowhere in the page', async () => {
    await shown.stored.click()
    await shown.close.click()
    await expect(shown.dialog).toBeHidden()
    await expect(keys.link(name)).toBeVisible()
    expect(await page.content()).not.toContain(secret)
    const kept = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, history.state]))
    expect(kept).not.toContain(secret)
    expect(page.url()).not.toContain(secret)
  })
  await test.step('a program sends an event with it', async () => {
    const answer = await sendEvent(demo.url, secret)
    expect(answer.status).toBe(202)
  })
  await test.step('the data directory keeps no copy', async () => {
    const files = ['patchbay.db', 'patchbay.db-wal']
    for (const file of files) {
      const bytes = await readFile(`${demo.dataDirectory}/${file}`)
      expect(bytes.includes(secret), file).toBe(false)
    }
  })
  await test.step('its page tells that it was used, and shows no more than its prefix', async () => {
    await keys.link(name).click()
    const key = apiKeyPage(page)
    await expect(key.lastUsed).toBeVisible()
    await expect(key.prefix).not.toContainText(secret.slice(0, 12))
    await key.showPrefix.click()
    await expect(key.prefix).toContainText(secret.slice(0, 12))
    expect(await page.content()).not.toContain(secret)
  })
})

test('a key needs a name and a scope', async ({ page, openAs }) => {
  const { dialog, create } = apiKeysPage(page)
  await openAs('Ada', apiKeysPath)
  await create.click()
  await dialog.scope('api').click()
  await dialog.submit.click()
  await expect(dialog.name).toHaveAccessibleDescription(/Give the key a name/)
  await expect(dialog.name).toBeFocused()
  await expect(dialog.dialog).toContainText('Choose at least one scope')
  await dialog.cancel.click()
  await expect(dialog.dialog).toBeHidden()
})

test('a key is renamed on its page', async ({ page, as, demo, openAs, uniqueName }) => {
  const ada = await as('Ada')
  const { id: organizationId } = await organizationOf(ada)
  const { key } = await ada.apiKeys.create({
    organizationId,
    name: uniqueName('Draft'),
    environment: 'development',
    scopes: ['api'],
  })
  const renamed = uniqueName('Renamed')
  const detail = apiKeyPage(page)
  await openAs('Ada', `${apiKeysPath}/${key.id}`)
  await expect(detail.save).toBeDisabled()
  await detail.name.fill(renamed)
  await detail.save.click()
  await expect(framePart(page).title(renamed)).toBeVisible()
  await page.goto(`${demo.url}${apiKeysPath}`)
  await expect(apiKeysPage(page).link(renamed)).toBeVisible()
})

test('a revoked key opens nothing any more', async ({ page, as, demo, openAs, uniqueName }) => {
  const ada = await as('Ada')
  const { id: organizationId } = await organizationOf(ada)
  const name = uniqueName('Ticket shop')
  const { secret } = await ada.apiKeys.create({
    organizationId,
    name,
    environment: 'production',
    scopes: ['api'],
  })
  const keys = apiKeysPage(page)
  const question = confirmDialogPart(page, `Revoke “${name}”`)
  await openAs('Ada', apiKeysPath)
  await keys.revoke(name).click()
  await expect(question.cancel).toBeFocused()
  await expect(question.dialog).toContainText('cannot be undone')
  await question.cancel.click()
  await expect(question.dialog).toBeHidden()
  expect((await sendEvent(demo.url, secret)).status).toBe(202)

  await keys.revoke(name).click()
  await question.confirm('Revoke key').click()
  await expect(keys.row(name)).toContainText('Revoked')
  const answer = await sendEvent(demo.url, secret)
  expect(answer.status).toBe(401)
  expect(problemSchema.parse(await answer.json()).code).toBe('key_revoked')
})

test('several keys are revoked at once, and the question names them', async ({
  page,
  as,
  openAs,
  uniqueName,
}) => {
  const ada = await as('Ada')
  const { id: organizationId } = await organizationOf(ada)
  const names = [uniqueName('Bulk'), uniqueName('Bulk')]
  for (const name of names) {
    await ada.apiKeys.create({ organizationId, name, environment: 'production', scopes: ['api'] })
  }
  const keys = apiKeysPage(page)
  const question = confirmDialogPart(page, 'Revoke 2 API keys')
  await openAs('Ada', apiKeysPath)
  for (const name of names) await keys.select(name).click()
  await keys.revokeSelected.click()
  await expect(question.dialog.getByRole('listitem')).toHaveText(names.toReversed())
  await question.confirm('Revoke 2 keys').click()
  for (const name of names) await expect(keys.row(name)).toContainText('Revoked')
  await expect(keys.revokeSelected).toBeHidden()
})

test('a key is bound to addresses and to a rate', async ({ page, demo, as, openAs, uniqueName }) => {
  const ada = await as('Ada')
  const { id: organizationId } = await organizationOf(ada)
  const { key, secret } = await ada.apiKeys.create({
    organizationId,
    name: uniqueName('Bound'),
    environment: 'production',
    scopes: ['api'],
  })
  const detail = apiKeyPage(page)
  const codeOf = async (response: Response) => problemSchema.parse(await response.json()).code
  await openAs('Ada', `${apiKeysPath}/${key.id}`)
  await detail.allowedAddresses.fill('10.20.0.0/33')
  await detail.save.click()
  await expect(detail.allowedAddresses).toHaveAttribute('aria-invalid', 'true')
  await detail.allowedAddresses.fill('10.20.0.0/16')
  await detail.save.click()
  await expect(detail.save).toBeDisabled()
  expect(await codeOf(await sendEvent(demo.url, secret))).toBe('key_address_not_allowed')

  await detail.allowedAddresses.fill('10.20.0.0/16\n127.0.0.1')
  await detail.callsPerMinute.fill('2')
  await detail.save.click()
  await expect(detail.save).toBeDisabled()
  const answers = [
    await sendEvent(demo.url, secret),
    await sendEvent(demo.url, secret),
    await sendEvent(demo.url, secret),
  ]
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 429])
})

test('a rotated key works along as long as was said; the new secret is shown once', async ({
  page,
  demo,
  as,
  openAs,
  uniqueName,
}) => {
  const ada = await as('Ada')
  const { id: organizationId } = await organizationOf(ada)
  const name = uniqueName('Rotating')
  const old = await ada.apiKeys.create({ organizationId, name, environment: 'staging', scopes: ['api'] })
  const detail = apiKeyPage(page)
  const dialog = page.getByRole('dialog', { name: `Rotate “${name}”` })
  const shown = secretDialogPart(page)
  await openAs('Ada', `${apiKeysPath}/${old.key.id}`)
  await detail.rotate.click()
  await dialog.getByLabel('The old key shall').selectOption('Work for another hour')
  await dialog.getByRole('button', { name: 'Rotate key' }).click()
  await expect(shown.secret).toHaveText(secretPattern)
  const secret = await shown.secret.innerText()
  expect(secret).not.toBe(old.secret)
  await shown.stored.click()
  await shown.close.click()
  await expect(page.getByText('This key was rotated')).toBeVisible()
  expect(await page.content()).not.toContain(secret)
  expect((await sendEvent(demo.url, old.secret)).status).toBe(202)
  expect((await sendEvent(demo.url, secret)).status).toBe(202)
  await page.getByRole('link', { name: 'Open the new key' }).click()
  await expect(detail.rotate).toBeVisible()
})

test('a key is disabled and enabled again, after the question has told who calls with it', async ({
  page,
  demo,
  as,
  openAs,
  uniqueName,
}) => {
  const ada = await as('Ada')
  const { id: organizationId } = await organizationOf(ada)
  const name = uniqueName('Scanner')
  const { key, secret } = await ada.apiKeys.create({
    organizationId,
    name,
    environment: 'production',
    scopes: ['api'],
  })
  const detail = apiKeyPage(page)
  await openAs('Ada', `${apiKeysPath}/${key.id}`)
  await test.step('nobody has called yet', async () => {
    const question = confirmDialogPart(page, `Revoke “${name}”`)
    await detail.revoke.click()
    await expect(question.dialog).toContainText('Nobody has called in the last 30 days')
    await question.cancel.click()
  })
  expect((await sendEvent(demo.url, secret)).status).toBe(202)
  const question = confirmDialogPart(page, `Disable “${name}”`)
  await detail.disable.click()
  await expect(question.cancel).toBeFocused()
  await expect(question.dialog).toContainText('127.0.0.1')
  await question.confirm('Disable key').click()
  await expect(page.getByText('This key is disabled')).toBeVisible()
  const refused = await sendEvent(demo.url, secret)
  expect(problemSchema.parse(await refused.json()).code).toBe('key_disabled')
  await detail.enable.click()
  await expect(detail.disable).toBeVisible()
  expect((await sendEvent(demo.url, secret)).status).toBe(202)
})
