import { deliveriesPage, deliveriesPath } from './pages/deliveries-pages.ts'
import { confirmDialogPart, framePart } from './pages/parts.ts'
import { webhookPage, webhooksPath } from './pages/webhooks-pages.ts'
import { expect, test } from './support/test.ts'

test('Ada sees which delivery blocks an ordered webhook, and skips it with a reason', async ({
  page,
  accept,
  openAs,
  receiver,
  webhookTo,
  expectAccessible,
}) => {
  const { protection } = webhookPage(page)
  const frame = framePart(page)
  const { id } = await webhookTo(receiver, {
    events: ['ticket.voided'],
    scheduleMs: [0, 3_600_000],
    options: { ordered: true, throttle: { count: 100, seconds: 1 } },
  })
  receiver.answer(503)
  await accept('ticket.voided', 1)
  await receiver.request(1)
  await accept('ticket.voided', 1)
  await openAs('Ada', `${webhooksPath}/${id}`)

  await test.step('the card tells the state of the breaker, the rate, and what blocks', async () => {
    await expect(protection.card).toContainText('Closed')
    await expect(protection.card).toContainText('At most 100 requests a second')
    await expect(protection.card).toContainText('by a delivery that failed 1 time')
    await expect(protection.blocked).toBeVisible()
  })
  await test.step('skipping asks why, and the next one goes out', async () => {
    const question = confirmDialogPart(page, 'Skip the delivery that blocks')
    await protection.skip.click()
    await expect(question.cancel).toBeFocused()
    await expect(question.dialog).toContainText('ends without being delivered')
    await question.confirm('Skip delivery').click()
    await expect(question.dialog).toContainText('Say why')
    await question.dialog.getByLabel('Why').fill('The badge was printed by hand')
    await expectAccessible('skip-dialog')
    await question.confirm('Skip delivery').click()
    await expect(frame.toast('Skipped')).toBeVisible()
    await receiver.request(2)
    await expect(protection.skip).toBeHidden()
  })
  await test.step('a delivery that is due long after the probe of an open breaker tells when that goes out', async () => {
    const other = await webhookTo(receiver, { events: ['ticket.issued'], scheduleMs: [0, 3_600_000] })
    receiver.answer(...Array.from({ length: 10 }, () => 503))
    await accept('ticket.issued', 10)
    await receiver.request(12)
    await page.goto(new URL(`${deliveriesPath}?webhook=${other.id}`, page.url()).href)
    await deliveriesPage(page).link('ticket.issued').first().click()
    await expect(page.getByRole('main')).toContainText(
      /The circuit breaker of the webhook is open.*goes out as a probe in \d+ s, or with the next that is due; this one is due in 1 h/,
    )
    await expectAccessible('delivery-behind-a-breaker')
  })
})
