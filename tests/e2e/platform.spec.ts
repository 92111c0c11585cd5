import { Webhook } from 'standardwebhooks'
import { z } from 'zod'
import { deliveryPage } from './pages/deliveries-pages.ts'
import { confirmDialogPart, framePart, refusalPart, secretDialogPart } from './pages/parts.ts'
import {
  capabilitiesPage,
  capabilitiesPath,
  healthPath,
  operationalPage,
  operationalPath,
  operationsPage,
  operationsPath,
  switchesPage,
  switchesPath,
} from './pages/platform-pages.ts'
import { webhooksPage, webhooksPath } from './pages/webhooks-pages.ts'
import { openSession, organizationOf } from './support/console-client.ts'
import { patchbay } from './support/host.ts'
import { callProcedure } from './support/procedure.ts'
import { signatureHeaders } from './support/receiver.ts'
import { expect, openPageAs, test } from './support/test.ts'

const live = { timeout: 10_000 }

test('the pages of the platform are for platform admins alone', async ({ page, openAs }) => {
  const frame = framePart(page)
  await openAs('Ada', switchesPath)
  await expect(frame.group('Platform')).toHaveCount(0)
  for (const path of [switchesPath, capabilitiesPath, operationsPath, healthPath, operationalPath]) {
    await page.goto(new URL(path, page.url()).href)
    await expect(refusalPart(page).title('Only platform admins may do this.')).toBeVisible()
    await expect(page.getByRole('table')).toHaveCount(0)
  }
  const calls = {
    'platform/killSwitches': {},
    'platform/organizations': {},
    'platform/webhooks': {},
    'platform/integrations': {},
    'operationalWebhooks/list': {},
  }
  for (const [procedure, input] of Object.entries(calls)) {
    expect((await callProcedure(page, procedure, input)).code, procedure).toBe('not_platform_admin')
  }
})

test('Pat switches webhooks off with a reason that everybody reads, and on again', async ({
  page,
  browser,
  ownDemo,
}) => {
  const switches = switchesPage(page)
  const theirs = await browser.newPage()
  const refusal = refusalPart(theirs)
  const reason = 'The provider moves its data centre'
  await openPageAs(theirs, ownDemo.url, 'Ada', webhooksPath)
  await openPageAs(page, ownDemo.url, 'Pat', switchesPath)
  await switches.offForEverybody('Webhooks').click()
  await switches.turningOff.submit.click()
  await expect(switches.turningOff.why).toHaveAccessibleDescription(/Say why/)
  await switches.turningOff.why.fill(reason)
  await switches.turningOff.submit.click()
  await expect(refusal.title('This function is switched off.')).toBeVisible()
  await expect(framePart(theirs).main).toContainText(reason)
  await expect(switches.card('Webhooks')).toContainText('Off for everybody')
  await expect(switches.card('Webhooks')).toContainText(reason)

  const question = confirmDialogPart(page, 'Turn on Webhooks for everybody')
  await switches.onForEverybody('Webhooks').click()
  await question.confirm('Turn on').click()
  await expect(webhooksPage(theirs).create).toBeVisible()
  await theirs.close()
})

test('Pat switches webhooks off for one organization alone, and the others go on', async ({
  page,
  browser,
  ownDemo,
}) => {
  const switches = switchesPage(page)
  const theirs = await browser.newPage()
  await openPageAs(theirs, ownDemo.url, 'Ada', webhooksPath)
  await openPageAs(page, ownDemo.url, 'Pat', switchesPath)
  await switches.offForOne('Webhooks').click()
  await switches.turningOff.organization.click()
  await switches.turningOff.option('Riverside Events').click()
  await switches.turningOff.why.fill('Their receiver floods us')
  await switches.turningOff.submit.click()
  await expect(switches.card('Webhooks')).toContainText('Riverside Events')
  await expect(webhooksPage(theirs).create).toBeVisible()
  await switches.onFor('Webhooks', 'Riverside Events').click()
  await confirmDialogPart(page, 'Turn on Webhooks for Riverside Events').confirm('Turn on').click()
  await expect(switches.card('Webhooks')).not.toContainText('Riverside Events')
  await theirs.close()
})

test('Pat gives a trial above the plan, and its organization feels it at once', async ({
  page,
  browser,
  ownDemo,
}) => {
  const capabilities = capabilitiesPage(page, 'Old Mill Studio')
  const theirs = await browser.newPage()
  const refusal = refusalPart(theirs)
  await openPageAs(theirs, ownDemo.url, 'Finn', webhooksPath)
  await expect(refusal.subscription).toBeVisible()
  await openPageAs(page, ownDemo.url, 'Pat', capabilitiesPath)
  await expect(capabilities.row('Riverside Events')).toContainText('2')
  await capabilities.link('Old Mill Studio').click()
  await capabilities.set.click()
  await capabilities.setting.capability.selectOption('Webhooks')
  await capabilities.setting.days(14).click()
  await capabilities.setting.submit.click()
  await expect(capabilities.setting.why).toHaveAccessibleDescription(/Say why/)
  await capabilities.setting.why.fill('Trial for the autumn season')
  await capabilities.setting.submit.click()
  await expect(capabilities.done).toContainText('Webhooks comes for the organization')
  await expect(webhooksPage(theirs).create).toBeVisible(live)
  await capabilities.done.getByRole('button', { name: 'Close' }).first().click()
  await expect(capabilities.drawer).toContainText('Trial for the autumn season')
  await capabilities.remove.click()
  await page
    .getByRole('alertdialog')
    .getByRole('button', { name: /^Remove/ })
    .click()
  await expect(capabilities.done).toContainText('Webhooks goes for the organization')
  await expect(refusal.subscription).toBeVisible()
  await theirs.close()
})

test('Pat sees the webhooks of all organizations, and helps where the capability is there', async ({
  page,
  ownDemo,
}) => {
  const operations = operationsPage(page)
  await openPageAs(page, ownDemo.url, 'Pat', operationsPath)
  await expect(operations.row('Riverside Events')).toHaveCount(2)
  await operations.failing.selectOption('Failing')
  await expect(operations.row('Programme app')).toContainText('in a row')
  await expect(operations.row('Guest list CRM')).toHaveCount(0)
  await operations.clearFilters.click()
  await operations.link('Programme app').click()
  const drawer = operations.drawer('Programme app')
  await drawer.getByRole('button', { name: 'Pause' }).click()
  await expect(drawer).toContainText('Paused')
  await drawer.getByRole('button', { name: 'Resume' }).click()
  await expect(drawer.getByRole('button', { name: 'Pause' })).toBeVisible()
  await drawer.getByRole('button', { name: 'Close' }).click()

  await page.goto(`${ownDemo.url}${operationsPath}?status=suspended`)
  await operations.link('Booking board').click()
  await expect(operations.drawer('Booking board')).toContainText('Webhooks is not part of this plan')
  await expect(operations.drawer('Booking board').getByRole('button', { name: 'Resume' })).toHaveCount(0)
})

test('Pat sees how every organization is connected', async ({ page, openAs }) => {
  await openAs('Pat', healthPath)
  const table = page.getByRole('table', { name: 'Organizations' })
  await expect(table.getByRole('row').filter({ hasText: 'Harbour Hall' })).toContainText('failing')
  await expect(table.getByRole('row').filter({ hasText: 'Old Mill Studio' })).toContainText('none')
})

test('the platform is told when a webhook is disabled, whatever anybody pays for', async ({
  page,
  ownDemo,
  receiver,
}) => {
  const operational = operationalPage(page)
  const shown = secretDialogPart(page)
  const { client: ada } = await openSession(ownDemo.url, 'Ada')
  await openPageAs(page, ownDemo.url, 'Pat', operationalPath)

  const secret = await test.step('an address of this machine needs a rule of the platform', async () => {
    await operational.add.click()
    await operational.dialog.url.fill(receiver.url)
    await operational.dialog.name.fill('On-call')
    await operational.dialog.event('webhook.disabled').click()
    await operational.dialog.submit.click()
    await expect(operational.dialog.url).toHaveAccessibleDescription(/127\.0\.0\.1/)
    await page.keyboard.press('Escape')
    await operational.rules.target.fill('127.0.0.1')
    await operational.rules.why.fill('On-call bridge on this machine')
    await operational.rules.add.click()
    await expect(page.getByRole('button', { name: 'Remove the rule for 127.0.0.1' })).toBeVisible()
    await operational.add.click()
    await operational.dialog.url.fill(receiver.url)
    await operational.dialog.name.fill('On-call')
    await operational.dialog.event('webhook.disabled').click()
    await operational.dialog.part('Filter').click()
    await operational.dialog.addLine.click()
    await operational.dialog.conditionField.fill('data.organization.name')
    await operational.dialog.part('Filter').click()
    await operational.dialog.submit.click()
    await expect(operational.dialog.conditionValue).toBeFocused()
    await operational.dialog.conditionValue.fill('Harbour Hall')
    await expect(operational.dialog.recentEvents).toContainText('nothing to try the filter on')
    await operational.dialog.part('Body').click()
    await expect(operational.dialog.bodyBefore).toContainText('"webhook.disabled"')
    await operational.dialog.submit.click()
    await expect(shown.secret).toHaveText(/^whsec_/)
    const text = await shown.secret.innerText()
    await shown.stored.click()
    await shown.close.click()
    return text
  })
  await test.step('a signed test arrives', async () => {
    await operational.link('On-call').click()
    await operational.drawer('On-call').getByRole('button', { name: 'Send' }).click()
    await expect(deliveryPage(page).heading(1)).toBeVisible()
    const request = await receiver.request(1)
    expect(() => new Webhook(secret).verify(request.body, signatureHeaders(request))).not.toThrow()
  })
  await test.step('a receiver that is gone disables its webhook, and the platform hears of it', async () => {
    const { id: organizationId } = await organizationOf(ada)
    receiver.answer(410)
    await ada.webhooks.create({
      organizationId,
      name: 'Gone soon',
      url: receiver.url,
      events: ['badge.printed'],
    })
    const place = ['--organization', 'Harbour Hall']
    await patchbay(ownDemo, z.unknown(), 'events', 'send', '--type', 'badge.printed', '--example', ...place)
    const request = await receiver.request(3)
    const told = new Webhook(secret).verify(request.body, signatureHeaders(request))
    expect(told).toMatchObject({ type: 'webhook.disabled' })
    expect(request.body).toContain('Gone soon')
  })
})
