import { framePart, refusalPart } from './pages/parts.ts'
import { webhookPage, webhooksPath } from './pages/webhooks-pages.ts'
import { openSession, organizationOf } from './support/console-client.ts'
import { expect, openPageAs, test } from './support/test.ts'

test('a button that has become forbidden in the meantime opens the explanation', async ({
  page,
  ownDemo,
}) => {
  const webhook = webhookPage(page)
  const refusal = refusalPart(page)
  const { client: ada } = await openSession(ownDemo.url, 'Ada')
  const { id: organizationId } = await organizationOf(ada)
  const { items } = await ada.webhooks.list({ organizationId, search: 'Operations chat' })
  const people = await ada.users.list({ organizationId, search: 'max' })
  // A console that has not heard yet.
  await page.route('**/rpc/live/changes', (route) => route.abort())
  await openPageAs(page, ownDemo.url, 'Max', `${webhooksPath}/${items[0]?.id}`)
  await expect(webhook.pause).toBeVisible()
  await ada.users.setRoles({
    organizationId,
    userId: people.items[0]?.id ?? '',
    organizationRole: 'member',
    workspaceRole: 'manager',
  })
  await webhook.pause.click()
  await expect(refusal.decidingGate).toContainText('Organization role')
  await expect(refusal.remedy).toBeVisible()
  const after = await ada.webhooks.get({ organizationId, webhookId: items[0]?.id ?? '' })
  expect(after.status).toBe('active')
})

test('a session that has ended elsewhere leads to the sign-in and back to where one was', async ({
  page,
  ownDemo,
}) => {
  const frame = framePart(page)
  await openPageAs(page, ownDemo.url, 'Finn', '/settings/users')
  await expect(frame.title('Users')).toBeVisible()
  const { client } = await openSession(ownDemo.url, 'Finn')
  for (const session of await client.session.list()) {
    if (!session.current) await client.session.revoke({ sessionId: session.id })
  }
  await page.getByRole('button', { name: /^Finn\b/ }).click()
  await expect(frame.title('Users')).toBeVisible()
})
