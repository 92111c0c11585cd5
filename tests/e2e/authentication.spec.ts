import { deliveryPage } from './pages/deliveries-pages.ts'
import { webhookPage, webhooksPath } from './pages/webhooks-pages.ts'
import { expect, test } from './support/test.ts'

test('Ada gives a webhook a token: the receiver sees it, and the console never again', async ({
  page,
  openAs,
  receiver,
  webhookTo,
  expectAccessible,
}) => {
  const webhook = webhookPage(page)
  const { authentication } = webhook
  const token = 'tok-4711-secret'
  const { id } = await webhookTo(receiver, { events: ['badge.*'] })
  await openAs('Ada', `${webhooksPath}/${id}?tab=configuration#authentication`)

  await test.step('what is missing is said at its field', async () => {
    await authentication.kind.selectOption('header')
    await authentication.header.fill('Content-Length')
    await authentication.token.fill(token)
    await authentication.save.click()
    await expect(authentication.header).toHaveAccessibleDescription(/sets this header itself/)
  })
  await test.step('the token is sealed, and leaves the page', async () => {
    await authentication.header.fill('X-Api-Key')
    await authentication.save.click()
    await expect(authentication.replace('token')).toBeVisible()
    await expect(authentication.save).toBeDisabled()
    expect(await page.content()).not.toContain(token)
    await expectAccessible('webhook-authentication')
  })
  await test.step('a test shows it to the receiver, and its record does not tell it', async () => {
    await webhook.tab('Test').click()
    await webhook.test.send.click()
    await expect(webhook.test.attempt(1)).toBeVisible()
    const { headers } = await receiver.request(1)
    expect(headers['x-api-key']).toBe(token)
    await expect(deliveryPage(page).request).toContainText('x-api-key')
    expect(await page.content()).not.toContain(token)
  })
})
