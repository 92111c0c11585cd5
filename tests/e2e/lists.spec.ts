import { apiKeysPage, apiKeysPath } from './pages/api-keys-pages.ts'
import { connectionsPage, connectionsPath } from './pages/connections-page.ts'
import { deliveriesPage, deliveriesPath } from './pages/deliveries-pages.ts'
import { framePart, tablePart } from './pages/parts.ts'
import { webhooksPage, webhooksPath } from './pages/webhooks-pages.ts'
import { expect, test } from './support/test.ts'

test('filters are in the URL: they survive a reload and come back with Back', async ({ page, openAs }) => {
  const webhooks = webhooksPage(page)
  const frame = framePart(page)
  await openAs('Ada', webhooksPath)
  await webhooks.status.selectOption('Disabled')
  await expect(webhooks.row('Photo wall')).toBeVisible()
  await expect(webhooks.rows).toHaveCount(2)
  await webhooks.search.fill('photo')
  await expect(webhooks.rows).toHaveCount(1)
  await expect(page).toHaveURL(/status=disabled/)
  await expect(page).toHaveURL(/search=photo/)

  await page.reload()
  await expect(webhooks.status).toHaveValue('disabled')
  await expect(webhooks.search).toHaveValue('photo')
  await expect(webhooks.rows).toHaveCount(1)

  await frame.leaf('Deliveries').click()
  await expect(frame.title('Deliveries')).toBeVisible()
  await page.goBack()
  await expect(webhooks.search).toHaveValue('photo')
  await expect(webhooks.rows).toHaveCount(1)
  await page.goForward()
  await expect(frame.title('Deliveries')).toBeVisible()
})

test('a filter that matches nothing says so and can be cleared', async ({ page, openAs }) => {
  const keys = apiKeysPage(page)
  await openAs('Ada', `${apiKeysPath}?search=no+key+is+called+this`)
  await expect(keys.noneMatch).toHaveText('No API keys match these filters')
  await keys.clearFilters.click()
  await expect(keys.row('Box office')).toBeVisible()
  await expect(keys.search).toHaveValue('')
  await expect(page).not.toHaveURL(/search=/)
})

test('the catalogue is searched and filtered by category', async ({ page, openAs }) => {
  const hub = connectionsPage(page)
  await openAs('Ada', connectionsPath)
  await hub.category.selectOption('ERP')
  await expect(hub.integrations).toContainText(['SAP S/4HANA'])
  await expect(hub.integration('Slack')).toHaveCount(0)
  await hub.search.fill('slack')
  await expect(hub.noneMatch).toBeVisible()
  await hub.clearFilters.click()
  await expect(hub.integration('Slack')).toBeVisible()
})

test('a list that could not be loaded says why and tries again', async ({ page, openAs }) => {
  const webhooks = webhooksPage(page)
  const problem = {
    type: 'about:blank',
    title: 'Something went wrong inside Patchbay.',
    status: 500,
    code: 'internal',
  }
  await page.route('**/rpc/webhooks/list', (route) =>
    route.fulfill({
      status: 500,
      json: {
        json: { defined: false, code: 'INTERNAL_SERVER_ERROR', status: 500, message: '', data: problem },
      },
    }),
  )
  await openAs('Ada', webhooksPath)
  await expect(webhooks.couldNotLoad).toContainText('Webhooks could not be loaded')
  await expect(webhooks.couldNotLoad).toContainText('internal')
  await page.unroute('**/rpc/webhooks/list')
  await webhooks.tryAgain.click()
  await expect(webhooks.row('Newsletter')).toBeVisible()
})

test('a call that gets no answer at all is told as such, and made again', async ({ page, openAs }) => {
  const deliveries = deliveriesPage(page)
  await page.route('**/rpc/deliveries/list', (route) => route.abort('connectionrefused'))
  await openAs('Ada', deliveriesPath)
  await expect(deliveries.couldNotLoad).toContainText('engine is not answering')
  await page.unroute('**/rpc/deliveries/list')
  await expect(deliveries.rows).not.toHaveCount(0)
})

test('long lists come in pages', async ({ page, openAs }) => {
  const deliveries = deliveriesPage(page)
  await openAs('Ada', deliveriesPath)
  await expect(page.getByRole('status').getByText('50 deliveries loaded, there are more')).toBeVisible()
  await deliveries.loadMore.click()
  await expect(page.getByRole('status').getByText('100 deliveries loaded, there are more')).toBeVisible()
})

test('numbers of the overview lead to the list behind them', async ({ page, openAs }) => {
  await openAs('Ada')
  await framePart(page).main.getByRole('link', { name: 'Delivered', exact: true }).click()
  await expect(deliveriesPage(page).status).toHaveValue('delivered')
  await expect(deliveriesPage(page).rows.first()).toContainText('Delivered')
})

test('an event shows its payload and what became of it', async ({ page, openAs }) => {
  const events = tablePart(page, 'Events')
  await openAs('Ada', '/events?type=checkin.completed')
  await events.link('checkin.completed').first().click()
  await expect(framePart(page).title('checkin.completed')).toBeVisible()
  await expect(page.getByText('"type": "checkin.completed"')).toBeVisible()
  await expect(tablePart(page, 'Deliveries').row('Photo wall')).toBeVisible()
})

test('the occasion narrows the lists', async ({ page, openAs }) => {
  const frame = framePart(page)
  const webhooks = webhooksPage(page)
  await openAs('Ada', webhooksPath)
  await expect(webhooks.row('Finance ledger')).toBeVisible()
  await frame.occasion.click()
  await frame.choice(/Spring Gala 2027/).click()
  await expect(webhooks.row('Guest list CRM')).toBeVisible()
  await expect(webhooks.row('Photo wall')).toHaveCount(0)
})
