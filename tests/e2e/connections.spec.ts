import {
  connectionDrawer,
  connectionForm,
  connectionsPage,
  connectionsPath,
} from './pages/connections-page.ts'
import { confirmDialogPart } from './pages/parts.ts'
import { expect, test } from './support/test.ts'

test('Max connects pretix, changes it, resets and disconnects it, and the history tells all of it', async ({
  page,
  openAs,
}) => {
  const hub = connectionsPage(page)
  const drawer = connectionDrawer(page, 'pretix')
  const token = 'pretix-token-4711-not-to-be-shown'
  await openAs('Max', `${connectionsPath}?search=pretix`)

  await test.step('connecting says what is missing and what the network policy blocks', async () => {
    const form = connectionForm(page, 'Connect pretix')
    await hub.connect('pretix').click()
    await form.connect.click()
    await expect(form.field('Address of pretix')).toBeFocused()
    await expect(form.field('API token')).toHaveAttribute('aria-invalid', 'true')
    await form.field('Address of pretix').fill('http://192.168.20.5')
    await form.field('Organizer').fill('harbour-hall')
    await form.field('API token').fill(token)
    await form.connect.click()
    await expect(form.dialog).toContainText('192.168.20.5')
    await form.field('Address of pretix').fill('http://127.0.0.1:8345')
    await form.grant('Read orders.').click()
    await form.connect.click()
    await expect(form.dialog).toBeHidden()
    await expect(hub.enabled('pretix')).toBeChecked()
  })
  await test.step('its drawer shows settings and grants, and no secret', async () => {
    await hub.connection('pretix').click()
    await expect(drawer.drawer).toContainText('http://127.0.0.1:8345')
    await expect(drawer.drawer).toContainText('read_orders')
    await expect(drawer.drawer).not.toContainText('redeem_ticket')
    expect(await page.content()).not.toContain(token)
    await drawer.command('Check now').click()
    await expect(drawer.drawer).toContainText('Settings OK')
  })
  await test.step('configuring keeps a secret that is left empty', async () => {
    const form = connectionForm(page, 'Configure pretix')
    await drawer.command('Configure …').click()
    await expect(form.field('API token')).toHaveValue('')
    await form.field('Organizer').fill('harbour')
    await form.grant('Read check-ins.').click()
    await form.save.click()
    await expect(form.dialog).toBeHidden()
    await expect(drawer.settings.filter({ hasText: /^harbour$/ })).toBeVisible()
    await expect(drawer.drawer).toContainText('read_checkins')
  })
  await test.step('resetting asks first', async () => {
    const question = confirmDialogPart(page, 'Reset pretix for Harbour Hall')
    await drawer.command('Reset …').click()
    await expect(question.cancel).toBeFocused()
    await question.confirm('Reset connection').click()
    await expect(drawer.drawer).toContainText('Not checked')
  })
  await test.step('turned off and on in the catalogue', async () => {
    await drawer.close.click()
    await hub.enabled('pretix').click()
    await expect(hub.enabled('pretix')).not.toBeChecked()
    await hub.enabled('pretix').click()
    await expect(hub.enabled('pretix')).toBeChecked()
  })
  await test.step('disconnecting asks first, and the history stays', async () => {
    const question = confirmDialogPart(page, 'Disconnect pretix from Harbour Hall')
    await hub.connection('pretix').click()
    await drawer.command('Disconnect …').click()
    await expect(question.dialog).toContainText('deletes its settings and secrets')
    await question.confirm('Disconnect').click()
    await expect(hub.connection('pretix')).toHaveCount(0)
    await hub.history.click()
    const all = connectionDrawer(page, 'Connection history')
    for (const deed of ['Connected', 'Configured', 'Reset', 'Turned off', 'Enabled', 'Disconnected']) {
      await expect(all.history.filter({ hasText: `pretix: ${deed}` }).first()).toContainText('by Max')
    }
  })
})

test('a connector that signs in elsewhere waits for its consent and calls nothing', async ({
  page,
  openAs,
}) => {
  const hub = connectionsPage(page)
  const form = connectionForm(page, 'Connect Xero')
  const drawer = connectionDrawer(page, 'Xero')
  await openAs('Ada', `${connectionsPath}?search=xero`)
  await hub.connect('Xero').click()
  await expect(form.dialog).toContainText('consent pending')
  await form.field('Client ID').fill('patchbay-client')
  await form.field('Client secret').fill('not-a-real-secret')
  await form.connect.click()
  await hub.connection('Xero').click()
  await expect(drawer.drawer).toContainText('Consent pending')
  await drawer.command('Disconnect …').click()
  await confirmDialogPart(page, /^Disconnect Xero/)
    .confirm('Disconnect')
    .click()
  await expect(hub.connection('Xero')).toHaveCount(0)
})
