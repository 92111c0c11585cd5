import { apiKeysPage, apiKeysPath } from './pages/api-keys-pages.ts'
import { connectionsPage, connectionsPath } from './pages/connections-page.ts'
import { framePart, managementControls, refusalPart } from './pages/parts.ts'
import { webhookPage, webhooksPage, webhooksPath } from './pages/webhooks-pages.ts'
import { organizationOf } from './support/console-client.ts'
import { expectRefused } from './support/refused-calls.ts'
import { expect, test } from './support/test.ts'

const gateNames = [
  'Session',
  'Kill switch',
  'Workspace role',
  'Capability',
  'Membership',
  'Organization role',
  'Scope',
  'Validation',
]

test('Max, a workspace manager, sees why he has no API keys', async ({ page, openAs, as }) => {
  const frame = framePart(page)
  const hub = connectionsPage(page)
  const refusal = refusalPart(page)
  await openAs('Max', connectionsPath)

  await test.step('the navigation has no API leaf, and the card says whose it is', async () => {
    await expect(frame.leaf('Connections')).toBeVisible()
    await expect(frame.leaf('Webhooks')).toBeVisible()
    await expect(frame.leaf('API')).toHaveCount(0)
    await expect(hub.tool('Tenant API keys')).toContainText('Only workspace administrators manage API keys.')
    await expect(hub.tool('Webhooks').getByRole('link', { name: 'Open webhooks' })).toBeVisible()
  })
  await test.step('“Why?” lists all gates in order and marks the one that decided', async () => {
    const why = hub.tool('Tenant API keys').getByRole('button', { name: 'Why?' })
    await why.click()
    await expect(refusal.gates).toContainText(gateNames)
    await expect(refusal.decidingGate).toContainText('Workspace role')
    await expect(refusal.decidingGate).toContainText('role_not_allowed')
    await expect(refusal.remedy).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(refusal.dialog).toBeHidden()
    await expect(why).toBeFocused()
  })
  await test.step('a deep link says the same', async () => {
    await page.goto(new URL(apiKeysPath, page.url()).href)
    await expect(refusal.title('Your workspace role does not allow this.')).toBeVisible()
    await expect(refusal.subscription).toHaveCount(0)
    await expect(apiKeysPage(page).table).toHaveCount(0)
    await expect(managementControls(frame.main)).toHaveCount(0)
  })
  await expectRefused(page, await as('Ada'), {
    'apiKeys/list': 'role_not_allowed',
    'apiKeys/create': 'role_not_allowed',
    'apiKeys/revoke': 'role_not_allowed',
    'audit/list': 'role_not_allowed',
    'settings/setIdleLock': 'role_not_allowed',
  })
})

test('Sam, staff, has no Integrations, and deep links show the workspace notice', async ({
  page,
  openAs,
  as,
}) => {
  const frame = framePart(page)
  const refusal = refusalPart(page)
  await openAs('Sam', connectionsPath)
  await expect(frame.group('Settings')).toBeVisible()
  await expect(frame.group('Integrations')).toHaveCount(0)
  for (const leaf of ['Connections', 'API', 'Webhooks']) await expect(frame.leaf(leaf)).toHaveCount(0)
  for (const path of [connectionsPath, apiKeysPath, webhooksPath, '/settings/integrations/integrations']) {
    await page.goto(new URL(path, page.url()).href)
    await expect(refusal.title('Your workspace role does not allow this.')).toBeVisible()
    await expect(frame.main).toContainText('Workspace role is staff')
    await expect(refusal.subscription).toHaveCount(0)
    await expect(managementControls(frame.main)).toHaveCount(0)
  }
  await expectRefused(page, await as('Ada'), {
    'connections/list': 'role_not_allowed',
    'webhooks/list': 'role_not_allowed',
    'webhooks/create': 'role_not_allowed',
    'webhooks/pause': 'role_not_allowed',
    'apiKeys/list': 'role_not_allowed',
    'apiKeys/create': 'role_not_allowed',
    'events/list': 'role_not_allowed',
    'users/list': 'role_not_allowed',
  })
})

test('Rita’s plan has no API access: she gets the upgrade gate and reads on', async ({
  page,
  openAs,
  as,
}) => {
  const frame = framePart(page)
  const hub = connectionsPage(page)
  const refusal = refusalPart(page)
  await openAs('Rita', connectionsPath)

  await test.step('capability state, catalogue and the way out are there, and nothing to manage', async () => {
    await expect(refusal.title('API access is not part of this plan')).toBeVisible()
    await expect(frame.main).toContainText('Change the plan to enterprise.')
    await expect(hub.capability('Not granted')).toBeVisible()
    await expect(hub.integration('Xero')).toBeVisible()
    await expect(managementControls(frame.main)).toHaveCount(0)
  })
  await test.step('the catalogue can be searched', async () => {
    await hub.search.fill('pretix')
    await expect(hub.integrations).toHaveText(['pretix'])
  })
  await test.step('the ways lead to Subscription and to the documentation', async () => {
    await refusal.documentation.click()
    await expect(frame.title('Documentation')).toBeVisible()
    await page.goBack()
    await refusal.subscription.click()
    await expect(frame.title('Subscription')).toBeVisible()
    await expect(frame.main).toContainText('plan pro grants no api_access', { ignoreCase: true })
  })
  await test.step('keys show the gate, webhooks the gate and what there was', async () => {
    await frame.leaf('API').click()
    await expect(refusal.title('API access is not part of this plan')).toBeVisible()
    await expect(managementControls(frame.main)).toHaveCount(0)
    await frame.leaf('Webhooks').click()
    await expect(refusal.explain).toBeVisible()
    await expect(webhooksPage(page).row('Booking board')).toContainText('Suspended (plan)')
    await expect(managementControls(frame.main)).toHaveCount(0)
    await webhooksPage(page).link('Booking board').click()
    await expect(webhookPage(page).deliveries.rows).not.toHaveCount(0)
    await expect(webhookPage(page).tab('Configuration')).toHaveCount(0)
    await expect(managementControls(frame.main)).toHaveCount(0)
  })
  const rita = await as('Rita')
  const { id: organizationId } = await organizationOf(rita)
  const { items } = await rita.webhooks.list({ organizationId })
  expect(items.every(({ status }) => status === 'suspended')).toBe(true)
  await expectRefused(page, rita, {
    'apiKeys/list': 'capability_missing',
    'apiKeys/create': 'capability_missing',
    'webhooks/create': 'capability_missing',
    'webhooks/pause': 'capability_missing',
    'webhooks/delete': 'capability_missing',
    'webhooks/sendTest': 'capability_missing',
  })
})

test('Meta’s role comes from sign-in metadata alone: the notice leads to Settings → Users', async ({
  page,
  openAs,
  as,
}) => {
  const frame = framePart(page)
  const refusal = refusalPart(page)
  await openAs('Meta', connectionsPath)
  for (const path of [connectionsPath, webhooksPath]) {
    await page.goto(new URL(path, page.url()).href)
    await expect(refusal.title('This needs a membership of the organization.')).toBeVisible()
    await expect(refusal.subscription).toHaveCount(0)
    await expect(managementControls(frame.main)).toHaveCount(0)
  }
  await refusal.users.click()
  await expect(frame.title('Users')).toBeVisible()
  await expect(page.getByRole('row').filter({ hasText: 'meta@harbourhall.example' })).toContainText(
    'no member',
  )
  await expectRefused(page, await as('Ada'), {
    'webhooks/create': 'membership_required',
    'webhooks/pause': 'membership_required',
    'webhooks/sendTest': 'membership_required',
    'apiKeys/list': 'role_not_allowed',
  })
})

test('Otto, a member of the organization, reads keys and webhooks and manages none', async ({
  page,
  openAs,
  as,
}) => {
  const frame = framePart(page)
  const refusal = refusalPart(page)
  await openAs('Otto', apiKeysPath)
  await expect(refusal.title('Your organization role does not allow this.')).toBeVisible()
  await expect(frame.main).toContainText('Organization role is member; needs owner or admin.')
  await expect(apiKeysPage(page).link('Box office')).toBeVisible()
  await expect(managementControls(frame.main)).toHaveCount(0)
  await apiKeysPage(page).link('Box office').click()
  await expect(frame.title('Box office')).toBeVisible()
  await expect(managementControls(frame.main)).toHaveCount(0)
  await frame.leaf('Webhooks').click()
  await expect(refusal.title('Your organization role does not allow this.')).toBeVisible()
  await expect(managementControls(frame.main)).toHaveCount(0)
  await expectRefused(page, await as('Ada'), {
    'apiKeys/create': 'organization_role_not_allowed',
    'apiKeys/revoke': 'organization_role_not_allowed',
    'webhooks/create': 'organization_role_not_allowed',
    'webhooks/delete': 'organization_role_not_allowed',
    'settings/setIdleLock': 'organization_role_not_allowed',
  })
})

test('Finn, on the free plan, gets the upgrade gate and empty lists that say so', async ({
  page,
  openAs,
  as,
}) => {
  const frame = framePart(page)
  const refusal = refusalPart(page)
  await openAs('Finn', webhooksPath)
  await expect(refusal.subscription).toBeVisible()
  await expect(frame.main).toContainText('Plan free grants no webhooks.')
  await expect(frame.main).toContainText('No webhooks yet')
  await expect(managementControls(frame.main)).toHaveCount(0)
  await frame.leaf('API').click()
  await expect(frame.main).toContainText('Plan free grants no api_access.')
  await expectRefused(page, await as('Finn'), {
    'apiKeys/list': 'capability_missing',
    'apiKeys/create': 'capability_missing',
    'webhooks/create': 'capability_missing',
  })
})

test('a person of one organization cannot tell whether something of another exists', async ({
  page,
  openAs,
  as,
}) => {
  const ada = await as('Ada')
  const harbourHall = await organizationOf(ada)
  const { items } = await ada.webhooks.list({ organizationId: harbourHall.id, limit: 1 })
  await openAs('Rita', `${webhooksPath}/${items[0]?.id}`)
  await expect(page.getByRole('alert')).toContainText('not_found')
  await page.goto(new URL(`${webhooksPath}/whk_00000000000000000000000000`, page.url()).href)
  await expect(page.getByRole('alert')).toContainText('not_found')
})
