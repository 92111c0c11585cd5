import { apiKeysPage, apiKeysPath } from './pages/api-keys-pages.ts'
import { connectionsPage, connectionsPath } from './pages/connections-page.ts'
import { framePart, managementControls, refusalPart } from './pages/parts.ts'
import { subscriptionPage, subscriptionPath } from './pages/people-pages.ts'
import { webhookPage, webhooksPage, webhooksPath } from './pages/webhooks-pages.ts'
import { type Client, openSession, organizationOf } from './support/console-client.ts'
import type { Host } from './support/host.ts'
import { callProcedure } from './support/procedure.ts'
import { expectRefused } from './support/refused-calls.ts'
import { sendEvents } from './support/send-events.ts'
import { expect, openPageAs, test } from './support/test.ts'

/** What comes and goes while a console is open. Each test has a workspace of its own: these changes reach everybody. */

const reason = 'Provider asked us to stop while they move'
const live = { timeout: 10_000 }

const clientOf = async ({ url }: Host, person: string): Promise<Client> =>
  (await openSession(url, person)).client

test('a plan without webhooks: told before, felt at once in an open console, and nothing is lost', async ({
  page,
  browser,
  ownDemo,
}) => {
  const subscription = subscriptionPage(page)
  const frame = framePart(page)
  const theirs = await browser.newPage()
  const refusal = refusalPart(theirs)
  await openPageAs(theirs, ownDemo.url, 'Max', webhooksPath)
  await expect(webhooksPage(theirs).create).toBeVisible()
  await openPageAs(page, ownDemo.url, 'Ada', subscriptionPath)

  await test.step('the preview names what would stop, with the focus on Cancel', async () => {
    await subscription.changeTo('Pro').click()
    await expect(subscription.cancel).toBeFocused()
    await expect(subscription.dialog).toContainText('Webhooks goes for the organization')
    await expect(subscription.dialog).toContainText('5 active webhooks become suspended')
    await expect(subscription.dialog).toContainText('Guest list CRM')
    await expect(subscription.dialog).toContainText('become held. None is lost.')
    await subscription.cancel.click()
    await expect(webhooksPage(theirs).row('Guest list CRM')).toContainText('Active')
  })
  await test.step('the open console of Max changes by itself', async () => {
    await subscription.changeTo('Pro').click()
    await subscription.change.click()
    await expect(refusal.title('Webhooks is not part of this plan')).toBeVisible(live)
    await expect(webhooksPage(theirs).row('Guest list CRM')).toContainText('Suspended (plan)')
    await expect(managementControls(framePart(theirs).main)).toHaveCount(0)
    await expectRefused(theirs, await clientOf(ownDemo, 'Ada'), {
      'webhooks/create': 'capability_missing',
      'webhooks/pause': 'capability_missing',
    })
  })
  await test.step('with the plan back, webhooks are resumed by hand', async () => {
    await subscription.changeTo('Enterprise').click()
    await expect(subscription.dialog).toContainText('5 suspended webhooks can be resumed by hand.')
    await subscription.change.click()
    await expect(refusal.explain).toHaveCount(0, live)
    await expect(webhooksPage(theirs).row('Guest list CRM')).toContainText('Suspended (plan)')
    await webhooksPage(theirs).link('Guest list CRM').click()
    await expect(framePart(theirs).main).toContainText('The capability is there again')
    await webhookPage(theirs).resume.click()
    await expect(webhookPage(theirs).pause).toBeVisible()
  })
  await test.step('denied to its occasion only, nothing says that it is there again', async () => {
    const pat = await clientOf(ownDemo, 'Pat')
    const { id: organizationId, occasions } = await organizationOf(await clientOf(ownDemo, 'Ada'))
    const occasionId = occasions.find(({ name }) => name === 'Spring Gala 2027')?.id
    expect(occasionId).toBeDefined()
    const denied = { capability: 'webhooks', effect: 'deny', note: 'unpaid' } as const
    await pat.platform.setOverride({ organizationId, occasionId, ...denied })
    await expect(framePart(theirs).main).toContainText('When the capability returns', live)
  })
  await expect(frame.title('Subscription')).toBeVisible()
  await theirs.close()
})

test('switched-off webhooks say who, why and since when, in an open console too, and are back with the switch', async ({
  page,
  ownDemo,
  expectAccessible,
}) => {
  const refusal = refusalPart(page)
  const frame = framePart(page)
  const pat = await clientOf(ownDemo, 'Pat')
  const ada = await openPageAs(page, ownDemo.url, 'Ada', webhooksPath)
  await expect(webhooksPage(page).create).toBeVisible()
  await pat.platform.switchOff({ organizationId: null, reason, name: 'webhooks' })
  await expect(refusal.title('This function is switched off.')).toBeVisible(live)
  await expect(frame.main).toContainText(reason)
  await expect(frame.main).toContainText('Pat')
  await expect(refusal.subscription).toHaveCount(0)
  await expect(managementControls(frame.main)).toHaveCount(0)
  await expect(webhooksPage(page).row('Guest list CRM')).toContainText('Active')
  await expectAccessible('switched-off-webhooks')
  await expectRefused(page, ada.client, {
    'webhooks/create': 'switched_off',
    'webhooks/delete': 'switched_off',
  })
  await pat.platform.switchOn({ organizationId: null, name: 'webhooks' })
  await expect(webhooksPage(page).create).toBeVisible(live)
  await expect(refusal.explain).toHaveCount(0)
})

test('switched-off connections and keys are still read, and sell nothing', async ({
  page,
  ownDemo,
  expectAccessible,
}) => {
  const refusal = refusalPart(page)
  const frame = framePart(page)
  const pat = await clientOf(ownDemo, 'Pat')
  const off = { organizationId: null, reason }
  await pat.platform.switchOff({ ...off, name: 'integrations' })
  await pat.platform.switchOff({ ...off, name: 'api_access' })

  await test.step('each page tells of the switch and keeps its list', async () => {
    const ada = await openPageAs(page, ownDemo.url, 'Ada', connectionsPath)
    await expect(refusal.title('This function is switched off.')).toBeVisible()
    await expect(connectionsPage(page).integration('Xero')).toBeVisible()
    await expect(managementControls(frame.main)).toHaveCount(0)
    await expectAccessible('switched-off-connections')
    await frame.leaf('API').click()
    await expect(refusal.title('This function is switched off.')).toBeVisible()
    await expect(apiKeysPage(page).link('Box office')).toBeVisible()
    await expect(managementControls(frame.main)).toHaveCount(0)
    await expectAccessible('switched-off-keys')
    await expectRefused(page, ada.client, {
      'apiKeys/create': 'switched_off',
      'apiKeys/revoke': 'switched_off',
    })
  })
  await test.step('a free plan is told of the switch, not of a plan', async () => {
    await openPageAs(page, ownDemo.url, 'Finn', connectionsPath)
    await expect(refusal.title('This function is switched off.')).toBeVisible()
    await expect(refusal.subscription).toHaveCount(0)
  })
})

test('a power can be switched off for one organization alone', async ({ page, ownDemo }) => {
  const pat = await clientOf(ownDemo, 'Pat')
  const { id: organizationId } = await organizationOf(await clientOf(ownDemo, 'Rita'))
  await pat.platform.switchOff({ organizationId, name: 'webhooks', reason })
  await openPageAs(page, ownDemo.url, 'Rita', webhooksPath)
  await expect(refusalPart(page).title('This function is switched off.')).toBeVisible()
  await openPageAs(page, ownDemo.url, 'Ada', webhooksPath)
  await expect(webhooksPage(page).create).toBeVisible()
  const refused = await callProcedure(page, 'platform/switchOff', {
    organizationId,
    name: 'webhooks',
    reason,
  })
  expect(refused.code).toBe('not_platform_admin')
})

test('while sending is switched off events are accepted and held; on again they go out', async ({
  page,
  ownDemo,
  receiver,
}) => {
  const frame = framePart(page)
  const webhook = webhookPage(page)
  const pat = await clientOf(ownDemo, 'Pat')
  const ada = await clientOf(ownDemo, 'Ada')
  const { id: organizationId } = await organizationOf(ada)
  const made = await ada.webhooks.create({
    organizationId,
    name: 'Quiet receiver',
    url: receiver.url,
    events: ['badge.printed'],
  })
  await openPageAs(page, ownDemo.url, 'Ada', `${webhooksPath}/${made.webhook.id}`)
  await pat.platform.switchOff({ organizationId: null, name: 'delivery', reason })
  await expect(frame.statusBar).toContainText('Sending is switched off', live)
  await sendEvents(ownDemo, ada, 'badge.printed', 1)
  await expect(webhook.deliveries.row('badge.printed')).toContainText('Held: switched off')
  expect(receiver.received).toHaveLength(0)
  await pat.platform.switchOn({ organizationId: null, name: 'delivery' })
  await receiver.request(1)
  await expect(webhook.deliveries.row('badge.printed')).toContainText('Delivered')
  await expect(frame.statusBar).toContainText('Sending')
  expect(receiver.received).toHaveLength(1)
})

test('a trial opens what the plan does not have, until it is denied', async ({ page, ownDemo }) => {
  const refusal = refusalPart(page)
  const pat = await clientOf(ownDemo, 'Pat')
  const { id: organizationId } = await organizationOf(await clientOf(ownDemo, 'Finn'))
  await openPageAs(page, ownDemo.url, 'Finn', webhooksPath)
  await expect(refusal.subscription).toBeVisible()
  const note = 'Trial for the autumn season'
  await pat.platform.setOverride({
    organizationId,
    capability: 'webhooks',
    effect: 'grant',
    endsAt: Date.now() + 86_400_000,
    note,
  })
  await expect(webhooksPage(page).create).toBeVisible(live)
  await expect(refusal.subscription).toHaveCount(0)
  await pat.platform.setOverride({ organizationId, capability: 'webhooks', effect: 'deny', note: 'Abuse' })
  await expect(refusal.title('This capability has been denied for this organization.')).toBeVisible(live)
  await expect(webhooksPage(page).create).toHaveCount(0)
  await page.goto(`${ownDemo.url}${apiKeysPath}`)
  await expect(refusal.title('API access is not part of this plan')).toBeVisible()
})
