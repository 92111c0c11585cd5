import type { Locator, Page } from '@playwright/test'
import { apiKeysPage, apiKeysPath } from './pages/api-keys-pages.ts'
import { connectionsPage, connectionsPath } from './pages/connections-page.ts'
import { deliveriesPage, deliveriesPath } from './pages/deliveries-pages.ts'
import { framePart, tablePart } from './pages/parts.ts'
import { webhooksPage, webhooksPath } from './pages/webhooks-pages.ts'
import { organizationOf } from './support/console-client.ts'
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

/** Lets the host fail at a procedure, until it is unrouted. */
const failAt = (page: Page, procedure: string) => {
  const data = {
    type: 'about:blank',
    title: 'Something went wrong inside Patchbay.',
    status: 500,
    code: 'internal',
  }
  const json = { json: { defined: false, code: 'INTERNAL_SERVER_ERROR', status: 500, message: '', data } }
  return page.route(`**/rpc/${procedure}`, (route) => route.fulfill({ status: 500, json }))
}

test('a list that could not be loaded says why and tries again', async ({ page, openAs }) => {
  const webhooks = webhooksPage(page)
  await failAt(page, 'webhooks/list')
  await openAs('Ada', webhooksPath)
  await expect(webhooks.couldNotLoad).toContainText('Webhooks could not be loaded')
  await expect(webhooks.couldNotLoad).toContainText('internal')
  await page.unroute('**/rpc/webhooks/list')
  await webhooks.tryAgain.click()
  await expect(webhooks.row('Newsletter')).toBeVisible()
})

test('a part of a page that could not be loaded says so too, and leaves the others alone', async ({
  page,
  openAs,
}) => {
  const { main } = framePart(page)
  const problem = main.getByRole('alert')
  await failAt(page, 'health/get')
  await openAs('Ada')
  await expect(problem).toContainText('internal')
  await expect(main.getByText('Events accepted')).toBeVisible()
  await page.unroute('**/rpc/health/get')
  await failAt(page, 'overview/get')
  await problem.getByRole('button', { name: 'Try again' }).click()
  await main.getByRole('button', { name: 'Self-check' }).click()
  await failAt(page, 'health/get')
  const selfCheck = page.getByRole('dialog', { name: 'Self-check' })
  await selfCheck.getByRole('button', { name: 'Look again' }).click()
  await expect(selfCheck.getByRole('alert')).toContainText('internal')

  await page.reload()
  await expect(problem.first()).toBeVisible()
  await expect(main.getByText('Events accepted')).toBeHidden()
  await expect(main.getByText('Checking how Patchbay is …')).toBeHidden()
  await expect(problem, 'what the overview and the self-check say alike').toHaveCount(1)
  await page.unroute('**/rpc/overview/get')
  await page.unroute('**/rpc/health/get')
  await problem.getByRole('button', { name: 'Try again' }).click()
  await expect(main.getByText('Events accepted')).toBeVisible()
  await expect(main.getByRole('button', { name: 'Self-check' })).toBeVisible()

  await failAt(page, 'retention/preview')
  await page.goto(new URL('/settings/data', page.url()).href)
  await expect(main.getByRole('region', { name: 'Retention' }).getByRole('alert')).toContainText('internal')
})

const small = { width: 800, height: 800 }
const lastTable = (page: Page) => page.getByRole('main').getByRole('table').last()
/** How much wider a table is than its place, px. */
const overhang = (table: Locator) =>
  table.evaluate(({ parentElement: box }) => (box ? box.scrollWidth - box.clientWidth : Number.NaN))

test('lists fit into a small window, before and after they are loaded', async ({ page, as, openAs }) => {
  const ada = await as('Ada')
  const { id: organizationId } = await organizationOf(ada)
  const { items } = await ada.webhooks.list({ organizationId, search: 'Photo wall' })
  const webhook = `${webhooksPath}/${items[0]?.id}`
  await page.setViewportSize(small)
  await openAs('Ada')
  const table = lastTable(page)
  const held = `${deliveriesPath}?status=held`
  for (const path of ['/events', deliveriesPath, held, '/held', webhook, `${webhook}?tab=recovery`]) {
    // Held back until the list was looked at while it loads.
    const { promise: looked, resolve: go } = Promise.withResolvers<void>()
    const lists = /\/rpc\/(events|deliveries|recoveries)\/(list|held)$/
    await page.route(lists, (route) => looked.then(() => route.fallback()))
    await page.goto(new URL(path, page.url()).href)
    await expect(table).toHaveAttribute('aria-busy', 'true')
    expect(await overhang(table), `${path} while it loads`).toBe(0)
    go()
    await expect(table).toHaveAttribute('aria-busy', 'false')
    expect(await overhang(table), path).toBe(0)
    await page.unroute(lists)
  }
})

test('so do the lists of settings', async ({ page, openAs }) => {
  await page.setViewportSize(small)
  await openAs('Ada')
  for (const path of ['/audit', '/settings/users', '/settings/occasions', apiKeysPath, webhooksPath]) {
    await page.goto(new URL(path, page.url()).href)
    await expect(lastTable(page)).toHaveAttribute('aria-busy', 'false')
    expect(await overhang(lastTable(page)), path).toBe(0)
  }
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
  const { main } = framePart(page)
  const deliveries = deliveriesPage(page)
  await main.getByRole('link', { name: 'Delivered', exact: true }).click()
  await expect(deliveries.status).toHaveValue('delivered')
  await expect(deliveries.rows.first()).toContainText('Delivered')
  await page.goBack()
  await main.getByRole('link', { name: 'Waiting', exact: true }).click()
  await expect(deliveries.status).toHaveValue('waiting,sending')
  await page.goto(new URL('/?range=7d', page.url()).href)
  const link = page.getByRole('link', { name: 'Exhausted', exact: true })
  const number = main.getByRole('region', { name: 'Numbers' }).locator('dl > div').filter({ has: link })
  const value = number.getByRole('definition').first()
  await expect(value).toHaveText(/^[1-9]\d*$/)
  const count = await value.innerText()
  await link.click()
  await expect(deliveries.status).toHaveValue('exhausted')
  await expect(main.getByText(`${count} deliveries`, { exact: true })).toBeVisible()
  const failing = framePart(page).statusBar.getByRole('link', { name: /^\d+ failing$/ })
  const [failingCount] = (await failing.innerText()).split(' ')
  await failing.click()
  await expect(webhooksPage(page).status).toHaveValue('failing')
  await expect(webhooksPage(page).rows).toHaveCount(Number(failingCount))
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
