import { framePart } from './pages/parts.ts'
import { webhookPage, webhooksPath } from './pages/webhooks-pages.ts'
import { expect, test } from './support/test.ts'

test('a webhook that is gone is told of, stays behind the bell, and is resumed by a probe', async ({
  page,
  accept,
  openAs,
  receiver,
  webhookTo,
  expectAccessible,
}) => {
  const { id, name } = await webhookTo(receiver, { events: ['badge.reprinted'] })
  const frame = framePart(page)
  const webhook = webhookPage(page)
  await openAs('Ada', `${webhooksPath}/${id}`)
  await expect(webhook.badge('Active')).toBeVisible()
  receiver.answer(410, 500)
  await accept('badge.reprinted', 1)
  await expect(frame.toast(`${name} was disabled`)).toBeVisible()
  await expect(webhook.badge('Disabled')).toBeVisible()

  await frame.bell.click()
  await expect(frame.notifications).toContainText(`${name} was disabled`)
  await expectAccessible('notifications')
  await page.keyboard.press('Escape')
  await expect(frame.bell).toHaveAccessibleName('Notifications')

  await test.step('a probe that fails changes nothing, one that is answered resumes', async () => {
    await webhook.probe.click()
    await expect(page.getByText('The last probe failed, so the webhook stays as it is.')).toBeVisible()
    await expect(webhook.badge('Disabled')).toBeVisible()
    await webhook.probe.click()
    await expect(webhook.badge('Active')).toBeVisible()
  })
  const sent = await receiver.request(3)
  expect(sent.headers['webhook-id']).toBe((await receiver.request(1)).headers['webhook-id'])
})
