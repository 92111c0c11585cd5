import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { decisionSchema } from '#contract/decision.ts'
import { accessPage, accessPath } from './pages/access-page.ts'
import { framePart } from './pages/parts.ts'
import { openSession, organizationOf } from './support/console-client.ts'
import { expect, openPageAs, test } from './support/test.ts'

test('“Why can’t Max manage keys?” is answered gate by gate, with the way out', async ({ page, openAs }) => {
  const access = accessPage(page)
  await openAs('Ada', accessPath)
  await access.subject.click()
  await page.keyboard.type('max')
  await access.option(/^Max/).click()
  await access.action(/^Manage API keys/).click()
  await expect(page.getByText('Max may not manage API keys')).toBeVisible()
  await expect(access.gates).toHaveCount(8)
  await expect(access.gates.filter({ hasText: 'This gate decided' })).toContainText('Workspace role')
  await expect(page.getByText('Set the workspace role to admin')).toBeVisible()
  await expect(page).toHaveURL(/subject=usr_/)
  await expect(page).toHaveURL(/action=api_keys\.manage/)
  await page.reload()
  await expect(page.getByText('Max may not manage API keys')).toBeVisible()
})

test('an API key is asked about like a person', async ({ page, openAs }) => {
  const access = accessPage(page)
  await openAs('Ada', accessPath)
  await access.subject.click()
  await page.keyboard.type('box office')
  await access.option(/^Box office/).click()
  await access.action(/^Manage webhooks/).click()
  await expect(page.getByText('Box office may not manage webhooks')).toBeVisible()
  await expect(access.gates.filter({ hasText: 'This gate decided' })).toContainText('scope_missing')
})

test('a change is tried in a sandbox, and nothing is saved', async ({ page, openAs, as }) => {
  const access = accessPage(page)
  const ada = await as('Ada')
  const { id: organizationId } = await organizationOf(ada)
  const before = await ada.subscription.get({ organizationId })
  await openAs('Ada', `${accessPath}?tab=what-if`)
  await access.subject.click()
  await access.option(/^Max/).click()
  await expect(access.whatIf.summary).toContainText('No action comes out differently.')
  await access.whatIf.add.click()
  await framePart(page).menuItem('Workspace role').click()
  await access.whatIf
    .change(1)
    .getByRole('combobox', { name: 'Workspace role' })
    .selectOption('Workspace admin')
  await expect(access.whatIf.summary).toContainText('would come out differently.')
  await expect(access.whatIf.outcomes.row('View API keys')).toContainText('Becomes allowed')
  await expect(access.whatIf.outcomes.row('Manage API keys')).toContainText('Refused by Organization role')
  await access.whatIf.outcomes.link('Manage API keys').click()
  const both = page.getByRole('dialog', { name: 'Manage API keys: now and afterwards' })
  await expect(both.getByRole('region', { name: 'Now' })).toContainText('Max may not manage API keys')
  await expect(both.getByRole('region', { name: 'Afterwards' })).toContainText('needs owner or admin')
  expect(await ada.subscription.get({ organizationId })).toEqual(before)
})

test('the matrix of people and actions is filtered, explained cell by cell, and exported', async ({
  page,
  openAs,
}) => {
  const access = accessPage(page)
  await openAs('Ada', `${accessPath}?tab=matrix&column=api_keys.manage`)
  await expect(access.matrix.row('Ada')).toContainText('Allowed')
  await expect(access.matrix.row('Max')).toContainText('Workspace role')
  await expect(access.matrix.row('Otto')).toContainText('Organization role')
  await access.matrix.search.fill('otto')
  await expect(access.matrix.row('Ada')).toHaveCount(0)
  await access.matrix.row('Otto').getByRole('button').click()
  await expect(page.getByRole('dialog', { name: 'Otto: Manage API keys' })).toContainText('This gate decided')
  await page.keyboard.press('Escape')

  const downloading = page.waitForEvent('download')
  await access.matrix.export.click()
  await framePart(page).menuItem('CSV').click()
  const file = await (await downloading).path()
  const [head, ...lines] = (await readFile(file, 'utf8')).trim().split(/\r?\n/)
  expect(head).toContain('api_keys.manage')
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain('organization_role')
})

test('the explained decision is the one that the procedure gives', async ({ page, openAs, as }) => {
  const max = await as('Max')
  const { id: organizationId } = await organizationOf(max)
  await openAs('Max')
  const answer = await page.evaluate(
    async (input) => {
      const response = await fetch('/rpc/apiKeys/list', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ json: input }),
      })
      return response.json()
    },
    { organizationId },
  )
  const refused = z.object({ json: z.object({ data: z.object({ decision: decisionSchema }) }) }).parse(answer)
  const mine = await max.access.mine({ organizationId })
  const { gates, decidedBy, remedy } = refused.json.data.decision
  expect(mine.find(({ action }) => action === 'api_keys.view')).toMatchObject({ decidedBy, remedy })
  expect(gates).toHaveLength(8)
})

test('an expectation that stops being true is on the overview by itself', async ({ page, ownDemo }) => {
  const access = accessPage(page)
  const { client: ada } = await openSession(ownDemo.url, 'Ada')
  const { id: organizationId } = await organizationOf(ada)
  const { items } = await ada.users.list({ organizationId, search: 'max' })
  await openPageAs(page, ownDemo.url, 'Ada', `${accessPath}?subject=${items[0]?.id}&action=api_keys.manage`)
  await access.saveExpectation.click()
  await access.saving.save.click()
  await expect(access.saving.dialog).toBeHidden()
  await access.tab('Expectations').click()
  await expect(access.expectations.row('Max may never manage API keys')).toContainText('Holds')

  await framePart(page).leaf('Overview').click()
  await expect(framePart(page).title('Overview')).toBeVisible()
  await expect(page.getByText('about access fails')).toHaveCount(0)
  await ada.users.setRoles({
    organizationId,
    userId: items[0]?.id ?? '',
    organizationRole: 'admin',
    workspaceRole: 'admin',
  })
  await expect(page.getByText('1 expectation about access fails')).toBeVisible()
  await page.getByRole('link', { name: 'See expectations' }).click()
  await expect(access.expectations.row('Max may never manage API keys')).toContainText('Fails')
})
