import { Webhook } from 'standardwebhooks'
import { deliveriesPage, deliveriesPath, deliveryPage } from './pages/deliveries-pages.ts'
import { confirmDialogPart, framePart, secretDialogPart } from './pages/parts.ts'
import { heldPage, recoveryPage, replayPart, secretsPart } from './pages/recovery-pages.ts'
import { webhookPage, webhooksPath } from './pages/webhooks-pages.ts'
import { openSession, organizationOf } from './support/console-client.ts'
import { signatureHeaders, startReceiver } from './support/receiver.ts'
import { sendEvents } from './support/send-events.ts'
import { expect, openPageAs, test } from './support/test.ts'

test('a secret is rotated, and one with the new key only shows whether the receiver has switched', async ({
  page,
  openAs,
  receiver,
  webhookTo,
  expectAccessible,
}) => {
  const { id, name, secret: old } = await webhookTo(receiver, { events: ['badge.printed'] })
  const part = secretsPart(page)
  const shown = secretDialogPart(page)
  await openAs('Ada', `${webhooksPath}/${id}?tab=secrets`)
  await part.rotate.click()
  await expect(part.rotation.overlap).toHaveValue('24')
  await part.rotation.submit.click()
  const secret = await shown.secret.innerText()
  await shown.stored.click()
  await shown.close.click()
  await expect(part.secrets).toHaveText([/Signs/, /Signs along, ends in 24 h/])
  expect(await page.content()).not.toContain(secret)

  await test.step('rotating again during the overlap is guarded', async () => {
    await part.rotate.click()
    await expect(part.rotation.dialog).toContainText('An older secret still signs along')
    await part.rotation.submit.click()
    await expect(part.rotation.dialog).toContainText('Tick it to rotate again')
    await part.rotation.cancel.click()
  })
  await test.step('a receiver that has not switched refuses it, one that has takes it', async () => {
    receiver.answer(401)
    await part.probe.click()
    await expect(part.verdict).toContainText('Refused with 401: the receiver has not switched')
    await expectAccessible('rotation')
    await part.probe.click()
    await expect(part.verdict).toContainText('Delivered: the receiver knows the new secret')
    const request = await receiver.request(2)
    new Webhook(secret).verify(request.body, signatureHeaders(request))
    expect(() => new Webhook(old).verify(request.body, signatureHeaders(request))).toThrow()
  })
  await part.end.click()
  const question = confirmDialogPart(page, `End 1 older secret of “${name}” now`)
  await expect(question.cancel).toBeFocused()
  await question.confirm('End the overlap').click()
  await expect(part.secrets).toHaveCount(1)
})

test('what is held is released at a rate, paused and cancelled, and the rest is discarded with a note', async ({
  page,
  accept,
  openAs,
  receiver,
  webhookTo,
  expectAccessible,
}) => {
  const { name } = await webhookTo(receiver, { events: ['session.cancelled'], startPaused: true })
  await accept('session.cancelled', 6)
  const held = heldPage(page)
  await openAs('Ada', '/')
  await framePart(page)
    .navigation.getByRole('link', { name: /^Held \d+$/ })
    .click()
  await expect(held.row(name)).toContainText('webhook paused')
  await held.actions(name).click()
  await framePart(page).menuItem('Release …').click()
  await expect(held.release.dialog).toContainText('The webhook is paused')
  await held.release.perSecond.fill('1')
  await held.release.submit.click()
  await receiver.request(1)
  await held.pause.click()
  await expect(held.row(name)).toContainText('of 6 · paused')
  await expect(held.row(name)).toContainText('Its release is paused')
  await expect(held.row(name).getByText('paused by Ada')).toBeVisible()
  await expectAccessible('held')
  await held.cancel.click()
  await expect(held.resume).toBeHidden()

  await held.row(name).getByRole('link', { name: /^\d$/ }).click()
  const deliveries = deliveriesPage(page)
  await expect(deliveries.status).toHaveValue('held')
  await expect(deliveries.heldFor).toHaveValue('paused')
  await deliveries.rows.first().getByRole('checkbox').click()
  await page.getByRole('button', { name: 'Discard 1 delivery' }).click()
  await expect(held.discard.dialog).toContainText(name)
  await expect(held.discard.cancel).toBeFocused()
  await held.discard.confirm.click()
  await expect(held.discard.note).toHaveAccessibleDescription(/Say why/)
  await held.discard.note.fill('sent by hand')
  await held.discard.confirm.click()
  await expect(framePart(page).toast('1 delivery discarded')).toBeVisible()
})

test('a recovery is planned, sends one first, and the others follow when it arrives', async ({
  page,
  accept,
  openAs,
  receiver,
  webhookTo,
  expectAccessible,
}) => {
  const { id } = await webhookTo(receiver, { events: ['ticket.voided'], scheduleMs: [0] })
  receiver.answer(500, 500, 500)
  await accept('ticket.voided', 3)
  await receiver.request(3)
  const recovery = recoveryPage(page)
  await openAs('Ada', `${webhooksPath}/${id}`)
  await webhookPage(page).tab('Recovery').click()
  await recovery.recover.click()
  await expect(recovery.plan).toContainText('Would be sent3')
  await expect(recovery.plan).toContainText('TakesAbout')
  await expect(recovery.sendOneFirst).toBeChecked()
  await recovery.address.fill(`${receiver.url}/elsewhere`)
  await expect(recovery.plan).toContainText('TakesUnknown')
  await recovery.address.fill('')
  await expect(recovery.plan).toContainText('TakesAbout')
  await expectAccessible('recovery-plan')
  await recovery.start.click()
  await expect(recovery.status.filter({ hasText: 'All of them were sent' })).toContainText(
    '3 delivered, 0 failed',
  )
  await expect(recovery.number('Queued').first()).toContainText('3 of 3')
  await expectAccessible('recovery-report')
  await test.step('its numbers lead to the deliveries that they count', async () => {
    const deliveries = deliveriesPage(page)
    await recovery.link('Failed').click()
    await expect(deliveries.status).toHaveValue('exhausted,discarded')
    await expect(deliveries.noneMatch).toBeVisible()
    await page.goBack()
    await recovery.link('Delivered').click()
    await expect(deliveries.rows).toHaveCount(3)
    await expect(page.getByRole('button', { name: /^Of one recovery/ })).toBeVisible()
    await expectAccessible('deliveries-of-a-recovery')
  })
  const ids = receiver.received.map((request) => signatureHeaders(request)['webhook-id'])
  expect(new Set(ids.slice(3))).toEqual(new Set(ids.slice(0, 3)))
})

test('a delivery is replayed to another URL, with the same id, and shows where it went', async ({
  page,
  accept,
  openAs,
  receiver,
  webhookTo,
  expectAccessible,
}) => {
  const { id, secret } = await webhookTo(receiver, { events: ['ticket.issued'] })
  const other = await startReceiver()
  await accept('ticket.issued', 1)
  const first = await receiver.request(1)
  await openAs('Ada', `${deliveriesPath}?webhook=${id}`)
  await deliveriesPage(page).link('ticket.issued').click()
  const replay = replayPart(page)
  await replay.open.click()
  await replay.url.fill('http://10.0.0.9/hooks')
  await replay.submit.click()
  await expect(replay.url).toHaveAccessibleDescription(/private|not a public/i)
  await replay.url.fill(other.url)
  await replay.submit.click()
  const replayed = await other.request(1)
  expect(replayed.body).toBe(first.body)
  expect(signatureHeaders(replayed)['webhook-id']).toBe(signatureHeaders(first)['webhook-id'])
  new Webhook(secret).verify(replayed.body, signatureHeaders(replayed))
  await expect(page.getByText('Replayed to another address')).toBeVisible()
  const delivery = deliveryPage(page)
  await expect(delivery.request).toContainText(`POST ${other.url}`)
  await expect(delivery.connection).toContainText(`whsec_…${secret.slice(-4)}`)
  await expectAccessible('replay')
  expect(receiver.received).toHaveLength(1)
  await other.stop()
})

test('held replays go on without their webhook, once the organization may have webhooks again', async ({
  page,
  ownDemo,
  receiver,
}) => {
  const [{ client: ada }, { client: pat }] = await Promise.all([
    openSession(ownDemo.url, 'Ada'),
    openSession(ownDemo.url, 'Pat'),
  ])
  const { id: organizationId } = await organizationOf(ada)
  const fields = { name: 'Doors', url: receiver.url, events: ['ticket.issued'], concurrency: 1 }
  const { webhook } = await ada.webhooks.create({ organizationId, ...fields })
  await sendEvents(ownDemo, ada, 'ticket.issued', 2)
  await receiver.request(2)
  const { items } = await ada.deliveries.list({ organizationId, webhookId: webhook.id, limit: 2 })
  const other = await startReceiver()
  const letGo = other.hold()
  for (const { id: deliveryId } of items) {
    await ada.deliveries.replay({ organizationId, deliveryId, url: other.url })
  }
  const { headers: first } = await other.request(1)
  const denied = { organizationId, capability: 'webhooks', effect: 'deny', note: 'unpaid' } as const
  const { override } = await pat.platform.setOverride(denied)
  await pat.platform.removeOverride({ organizationId, overrideId: override.id })
  letGo()

  const held = heldPage(page)
  await openPageAs(page, ownDemo.url, 'Ada', '/held')
  await expect(held.row('Doors')).toContainText('suspended')
  await held.actions('Doors').click()
  await framePart(page).menuItem('Release only its replays').click()
  expect((await other.request(2)).headers['webhook-id']).not.toBe(first['webhook-id'])
  await expect(held.row('Doors')).toBeHidden()
  await other.stop()
})
