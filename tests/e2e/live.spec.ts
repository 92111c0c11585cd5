import { z } from 'zod'
import { apiKeysPage, apiKeysPath } from './pages/api-keys-pages.ts'
import { signInPage } from './pages/entry-pages.ts'
import { framePart } from './pages/parts.ts'
import { webhooksPage, webhooksPath } from './pages/webhooks-pages.ts'
import { organizationOf } from './support/console-client.ts'
import { patchbay, startHost } from './support/host.ts'
import { expect, test } from './support/test.ts'

const idSchema = z.object({ id: z.string() })

test('what the command line writes is in an open console without a reload', async ({
  page,
  demo,
  openAs,
  uniqueName,
}) => {
  const keys = apiKeysPage(page)
  const name = uniqueName('From the command line')
  await openAs('Ada', apiKeysPath)
  await expect(keys.row('Box office').first()).toBeVisible()
  const create = ['keys', 'create', '--organization', 'Harbour Hall', '--environment', 'staging']
  await patchbay(demo, idSchema, ...create, '--name', name)
  await expect(keys.row(name)).toBeVisible()
})

test('what one person changes, another sees', async ({ page, openAs, as, receiver, webhookTo }) => {
  const webhooks = webhooksPage(page)
  const { id, name } = await webhookTo(receiver, { events: ['occasion.updated'] })
  await openAs('Max', webhooksPath)
  await expect(webhooks.row(name)).toContainText('Active')
  const ada = await as('Ada')
  const { id: organizationId } = await organizationOf(ada)
  await ada.webhooks.pause({ organizationId, webhookId: id })
  await expect(webhooks.row(name)).toContainText('Paused')
})

test('while the host is away a banner says so, and what was open stays; it goes when the host is back', async ({
  page,
}) => {
  const frame = framePart(page)
  const webhooks = webhooksPage(page)
  const host = await startHost({ demo: true })
  await page.goto(host.url)
  await signInPage(page).person('Ada').click()
  await frame.leaf('Webhooks').click()
  await expect(webhooks.row('Newsletter')).toBeVisible()

  await host.kill()
  await expect(frame.unreachable).toBeVisible()
  await expect(frame.statusBar).toHaveText('Reconnecting')
  await expect(webhooks.row('Newsletter')).toBeVisible()

  const again = await startHost({ demo: true, again: host })
  await expect(frame.unreachable).toBeHidden({ timeout: 15_000 })
  await expect(frame.statusBar).toContainText('Online')
  const name = 'Made after the restart'
  await frame.leaf('API').click()
  await patchbay(again, idSchema, 'keys', 'create', '--organization', 'Harbour Hall', '--name', name)
  await expect(apiKeysPage(page).row(name)).toBeVisible()
  await again.stop()
})
