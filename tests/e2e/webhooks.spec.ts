import { Webhook } from 'standardwebhooks'
import { z } from 'zod'
import { deliveryPage } from './pages/deliveries-pages.ts'
import { confirmDialogPart, framePart, secretDialogPart } from './pages/parts.ts'
import { webhookPage, webhooksPage, webhooksPath } from './pages/webhooks-pages.ts'
import { type Received, signatureHeaders } from './support/receiver.ts'
import { expect, test } from './support/test.ts'

const bodySchema = z.object({
  type: z.string(),
  timestamp: z.string(),
  data: z.record(z.string(), z.unknown()),
})

/** What the public library makes of a request. Throws when the signature is not that of the secret. */
const verified = (secret: string, request: Received) =>
  bodySchema.parse(new Webhook(secret).verify(request.body, signatureHeaders(request)))

test('Ada creates a webhook, tries it out, and the public library verifies what the receiver got', async ({
  page,
  accept,
  openAs,
  receiver,
  uniqueName,
}) => {
  const webhooks = webhooksPage(page)
  const webhook = webhookPage(page)
  const shown = secretDialogPart(page)
  const name = uniqueName('Badge printer')
  await openAs('Ada', webhooksPath)
  await webhooks.create.click()

  await test.step('the network policy says what it thinks of the URL while it is typed', async () => {
    await webhooks.dialog.url.fill('http://192.168.7.9/hooks')
    await expect(webhooks.dialog.verdict).toContainText('Blocked.')
    await webhooks.dialog.url.fill(receiver.url)
    await expect(webhooks.dialog.verdict).toContainText('Allowed.')
    await expect(webhooks.dialog.verdict).toContainText('127.0.0.0/8')
  })
  await test.step('a group of events covers its types', async () => {
    await webhooks.dialog.name.fill(name)
    await webhooks.dialog.searchEvents.fill('badge')
    await webhooks.dialog.event('badge\\.\\*').click()
    await expect(webhooks.dialog.event('badge.printed')).toBeDisabled()
    await expect(webhooks.dialog.chosenEvents).toHaveText(['badge.*'])
    await webhooks.dialog.submit.click()
  })
  const secret = await test.step('the signing secret is shown once', async () => {
    await expect(shown.secret).toHaveText(/^whsec_[A-Za-z0-9+/]{43}=$/)
    const text = await shown.secret.innerText()
    await expect(shown.close).toBeDisabled()
    await shown.stored.click()
    await shown.close.click()
    await expect(framePart(page).title(name)).toBeVisible()
    expect(await page.content()).not.toContain(text)
    return text
  })
  await test.step('a signed test arrives, and its attempt is shown with its phases', async () => {
    await webhook.tab('Test').click()
    await expect(webhook.test.eventType).toHaveValue('badge.printed')
    await webhook.test.send.click()
    await expect(webhook.test.attempt(1)).toBeVisible()
    await expect(webhook.test.result).toContainText('Signed test')
    await expect(webhook.test.result).toContainText('200')
    const delivery = deliveryPage(page)
    for (const phase of ['Queue', 'DNS', 'Connect', 'TLS', 'First byte', 'Body', 'Exchange']) {
      await expect(delivery.phase(phase)).toBeVisible()
    }
    await expect(delivery.response).toContainText('taken')
    expect(verified(secret, await receiver.request(1)).type).toBe('badge.printed')
  })
  await test.step('the connectivity check says that it is unsigned', async () => {
    await webhook.test.checkConnectivity.click()
    await expect(webhook.test.result).toContainText('Connectivity check')
    await expect(deliveryPage(page).connection).toContainText('Not signed')
    const { headers } = await receiver.request(2)
    expect(headers).not.toHaveProperty('webhook-signature')
  })
  await test.step('a real event arrives, and its delivery shows up by itself', async () => {
    await webhook.tab('Overview').click()
    const [eventId] = await accept('badge.reprinted', 1)
    const request = await receiver.request(3)
    expect(signatureHeaders(request)['webhook-id']).toBe(eventId)
    expect(verified(secret, request).type).toBe('badge.reprinted')
    await expect(webhook.deliveries.row('badge.reprinted')).toContainText('Delivered')
  })
})

test('a paused webhook holds its events, and they go out when it is resumed', async ({
  page,
  accept,
  openAs,
  receiver,
  webhookTo,
}) => {
  const webhook = webhookPage(page)
  const { id } = await webhookTo(receiver, { events: ['session.rescheduled'] })
  await openAs('Ada', `${webhooksPath}/${id}`)
  await webhook.pause.click()
  await expect(webhook.resume).toBeVisible()
  await accept('session.rescheduled', 1)
  await expect(webhook.deliveries.row('session.rescheduled')).toContainText('Held: webhook paused')
  expect(receiver.received).toHaveLength(0)
  await webhook.resume.click()
  await receiver.request(1)
  await expect(webhook.deliveries.row('session.rescheduled')).toContainText('Delivered')
  expect(receiver.received).toHaveLength(1)
})

test('changes of a webhook are listed before they are saved', async ({
  page,
  openAs,
  receiver,
  uniqueName,
  webhookTo,
}) => {
  const { id, name } = await webhookTo(receiver, { events: ['badge.printed'] })
  const { configuration } = webhookPage(page)
  const renamed = uniqueName('Renamed')
  const question = confirmDialogPart(page, `Save changes to “${name}”`)
  await openAs('Ada', `${webhooksPath}/${id}?tab=configuration`)
  await expect(configuration.save).toBeDisabled()
  await configuration.name.fill(renamed)
  await configuration.timeout.fill('31')
  await configuration.save.click()
  await expect(configuration.timeout).toHaveAccessibleDescription(/At most 30 seconds/)
  await configuration.timeout.fill('')
  await expect(configuration.timeout).toHaveAccessibleDescription(/Give a number/)
  await expect(configuration.timeout).toHaveValue('')
  await configuration.timeout.fill('20')
  await configuration.save.click()
  await expect(question.cancel).toBeFocused()
  await expect(question.dialog).toContainText('15 s → 20 s')
  await expect(question.dialog.getByRole('term')).toHaveText(['Name', 'Timeout'])
  await question.confirm('Save changes').click()
  await expect(question.dialog).toBeHidden()
  await expect(framePart(page).title(renamed)).toBeVisible()
  await page.reload()
  await expect(configuration.timeout).toHaveValue('20')
})

test('rate, order, schedule and headers are set on the page of a webhook, which says what they come to', async ({
  page,
  openConfiguration,
  expectAccessible,
}) => {
  const { webhook, configuration, question } = await openConfiguration('badge.printed', 'schedule')
  await expect(configuration.part('Schedule')).toBeInViewport()

  await test.step('an own schedule begins with the standard one, and shows when each attempt would be', async () => {
    await expect(configuration.times).toHaveCount(10)
    await configuration.schedule('Own').click()
    for (const attempt of [10, 9, 8, 7, 6, 5]) await configuration.removeAttempt(attempt).click()
    await configuration.moveDelayUp(3).click()
    await expect(configuration.delay(2)).toHaveValue('5')
    await configuration.delay(4).fill('25')
    await expect(configuration.times).toHaveText([/^Attempt 1/, /^Attempt 2/, /^Attempt 3/, /^Attempt 4/])
  })
  await test.step('a reserved header is refused in its row, and so is too late an attempt', async () => {
    await configuration.limitRate.click()
    await configuration.requests.fill('5')
    await configuration.ordered.click()
    await configuration.addHeader.click()
    await expect(configuration.headerName(1)).toBeFocused()
    await configuration.headerName(1).fill('Webhook-Id')
    await configuration.headerValue(1).fill('7')
    await configuration.delay(4).fill('1500')
    await configuration.save.click()
    await expect(configuration.delay(4)).toHaveAccessibleDescription(/At most 24 hours/)
    await expect(configuration.headerName(1)).toHaveAccessibleDescription(/Patchbay sets this header itself/)
    await expectAccessible('settings')
    await configuration.delay(4).fill('45')
    await configuration.headerName(1).fill('X-Hall')
  })
  await test.step('what changes is said in words', async () => {
    await configuration.save.click()
    await expect(question.dialog.getByRole('term')).toHaveText(['Rate', 'Order', 'Schedule', 'Header X-Hall'])
    await expect(question.dialog).toContainText('No limit → At most 5 requests a second')
    await expect(question.dialog).toContainText(
      '4 attempts over 50 min 5 s: at once, then after 5 min, 5 s, 45 min',
    )
    await question.confirm('Save changes').click()
    await expect(question.dialog).toBeHidden()
    await expect(webhook.badge('Throttled')).toBeVisible()
    await expect(webhook.badge('Ordered')).toBeVisible()
  })
  await test.step('changes that are not saved are not left behind by accident', async () => {
    const leaving = confirmDialogPart(page, 'Discard unsaved changes')
    await configuration.ordered.click()
    await webhook.tab('Overview').click()
    await expect(leaving.cancel).toBeFocused()
    await leaving.cancel.click()
    await expect(configuration.ordered).not.toBeChecked()
    await webhook.tab('Overview').click()
    await leaving.confirm('Discard changes').click()
    await expect(webhook.setup).toContainText('1, because it is ordered')
    await expect(webhook.setup).toContainText('4 attempts over 50 min 5 s')
    await expect(webhook.setup).toContainText('X-Hall: 7')
  })
})

test('a URL that the network policy blocks is refused when it is saved', async ({
  page,
  openAs,
  uniqueName,
}) => {
  const { create, dialog } = webhooksPage(page)
  await openAs('Ada', webhooksPath)
  await create.click()
  await dialog.url.fill('http://169.254.169.254/latest/meta-data')
  await dialog.name.fill(uniqueName('Metadata'))
  await dialog.event('order.paid').click()
  await expect(dialog.verdict).toContainText('Blocked.')
  await dialog.submit.click()
  await expect(dialog.url).toHaveAccessibleDescription(/169\.254/)
})

test('every attempt is in the timeline: refused twice, then delivered with the same id', async ({
  page,
  accept,
  openAs,
  receiver,
  webhookTo,
}) => {
  receiver.answer(500, 503)
  const { id } = await webhookTo(receiver, { events: ['ticket.transferred'], scheduleMs: [0, 200, 300] })
  await accept('ticket.transferred', 1)
  const requests = [await receiver.request(1), await receiver.request(2), await receiver.request(3)]
  const ids = requests.map((request) => signatureHeaders(request)['webhook-id'])
  expect(new Set(ids).size).toBe(1)

  const webhook = webhookPage(page)
  const delivery = deliveryPage(page)
  await openAs('Ada', `${webhooksPath}/${id}`)
  await webhook.deliveries.link('ticket.transferred').click()
  await expect(delivery.attempts).toHaveText([/Attempt 1500/, /Attempt 2503/, /Attempt 3200/])
  await expect(delivery.heading(3)).toBeVisible()
  await delivery.attempt(1).click()
  await expect(delivery.heading(1)).toBeVisible()
  await expect(delivery.response).toContainText('not now')
  await expect(page).toHaveURL(/attempt=1/)
  await page.reload()
  await expect(delivery.heading(1)).toBeVisible()
})

test('a delivery is sent again by hand with the id that it had', async ({
  page,
  accept,
  openAs,
  receiver,
  webhookTo,
}) => {
  const { id } = await webhookTo(receiver, { events: ['payment.disputed'] })
  const [eventId] = await accept('payment.disputed', 1)
  await receiver.request(1)
  const webhook = webhookPage(page)
  const delivery = deliveryPage(page)
  await openAs('Ada', `${webhooksPath}/${id}`)
  await webhook.deliveries.link('payment.disputed').click()
  await delivery.resend.click()
  const again = await receiver.request(2)
  expect(signatureHeaders(again)['webhook-id']).toBe(eventId)
  await expect(page.getByText('Sent again by a person.')).toBeVisible()
})

test('deleting a webhook asks first, with the focus on Cancel', async ({
  page,
  openAs,
  receiver,
  webhookTo,
}) => {
  const { id, name } = await webhookTo(receiver, { events: ['badge.printed'] })
  const webhook = webhookPage(page)
  const question = confirmDialogPart(page, `Delete “${name}”`)
  await openAs('Ada', `${webhooksPath}/${id}`)
  await webhook.delete.click()
  await expect(question.cancel).toBeFocused()
  await expect(question.dialog).toContainText('signing secrets are destroyed')
  await page.keyboard.press('Enter')
  await expect(question.dialog).toBeHidden()
  await expect(webhook.delete).toBeFocused()

  await webhook.delete.click()
  await question.confirm('Delete webhook').click()
  await expect(framePart(page).title('Webhooks')).toBeVisible()
  await expect(webhooksPage(page).row(/./)).not.toHaveCount(0)
  await expect(webhooksPage(page).link(name)).toHaveCount(0)
})
