import type { Page } from '@playwright/test'
import type { paths } from '#renderer/app/paths.ts'
import { apiKeysPath } from './pages/api-keys-pages.ts'
import { connectionsPath } from './pages/connections-page.ts'
import { firstRunPage, signInPage, unlockPage } from './pages/entry-pages.ts'
import { framePart } from './pages/parts.ts'
import { capabilitiesPath, operationsPath, switchesPath } from './pages/platform-pages.ts'
import { webhooksPath } from './pages/webhooks-pages.ts'
import { expectAccessible } from './support/accessibility.ts'
import { type Client, organizationOf, type PersonSession } from './support/console-client.ts'
import { startHost } from './support/host.ts'
import { setUp } from './support/set-up.ts'
import { endSession, expect, openPageAs, type Person, problemsOf, test } from './support/test.ts'

test.describe.configure({ mode: 'parallel' })

interface Screen {
  /** The address, or how to find the one of something that is there. */
  readonly at: string | ((ada: Client) => Promise<string>)
  readonly title: string | RegExp
  readonly person?: Person
  /** Shows more than the page as it opens: a tab, a dialog. */
  readonly show?: (page: Page) => Promise<void>
}

/** The first of a list that the organization of Ada has. */
const first = async (
  ada: Client,
  list: (organizationId: string) => Promise<{ items: readonly { id: string }[] }>,
) => {
  const { id } = await organizationOf(ada)
  const { items } = await list(id)
  if (!items[0]) throw new Error('The demo workspace has none.')
  return items[0].id
}
const anEvent = (ada: Client) =>
  first(ada, (organizationId) => ada.events.list({ organizationId, type: 'checkin.completed', limit: 1 }))
const aDelivery = (ada: Client) =>
  first(ada, (organizationId) => ada.deliveries.list({ organizationId, status: 'delivered', limit: 1 }))
const aFailingDelivery = (ada: Client) =>
  first(ada, (organizationId) => ada.deliveries.list({ organizationId, status: 'waiting', limit: 1 }))
const aKey = (ada: Client) =>
  first(ada, (organizationId) => ada.apiKeys.list({ organizationId, search: 'Back office' }))
const aWebhook = (ada: Client) =>
  first(ada, (organizationId) => ada.webhooks.list({ organizationId, search: 'Guest list' }))

/** Every address of the console: a new one without a screen here does not compile. */
const pages = {
  overview: { at: '/', title: 'Overview' },
  events: { at: '/events', title: 'Events' },
  event: { at: async (ada) => `/events/${await anEvent(ada)}`, title: 'checkin.completed' },
  deliveries: { at: '/deliveries', title: 'Deliveries' },
  delivery: { at: async (ada) => `/deliveries/${await aDelivery(ada)}`, title: / → / },
  connections: { at: connectionsPath, title: 'Connections' },
  apiKeys: { at: apiKeysPath, title: 'API keys' },
  apiKey: { at: async (ada) => `${apiKeysPath}/${await aKey(ada)}`, title: 'Back office' },
  webhooks: { at: webhooksPath, title: 'Webhooks' },
  webhook: { at: async (ada) => `${webhooksPath}/${await aWebhook(ada)}`, title: 'Guest list CRM' },
  users: { at: '/settings/users', title: 'Users' },
  subscription: { at: '/settings/subscription', title: 'Subscription' },
  held: { at: '/held', title: 'Held' },
  recover: { at: '/deliveries/recover', title: 'Recover deliveries' },
  recovery: { at: '/deliveries/recoveries/rcv_00000000000000000000000000', title: 'Recovery' },
  general: { at: '/settings/general', title: 'General' },
  data: { at: '/settings/data', title: 'Data' },
  audit: { at: '/audit', title: 'Audit log' },
  sessions: { at: '/account/sessions', title: 'Sessions and password' },
  documentation: { at: '/documentation', title: 'Documentation' },
  access: { at: '/documentation/access', title: 'How access works' },
  accessExplorer: { at: '/settings/access', title: 'Access' },
  occasions: { at: '/settings/occasions', title: 'Occasions' },
  platformCapabilities: { at: '/platform/capabilities', title: 'Capabilities', person: 'Pat' },
  platformSwitches: { at: '/platform/switches', title: 'Kill switches', person: 'Pat' },
  platformIntegrations: { at: '/platform/integrations', title: 'Integration health', person: 'Pat' },
  platformWebhooks: { at: '/platform/webhooks', title: 'Webhook operations', person: 'Pat' },
  platformOperational: {
    at: '/platform/operational-webhooks',
    title: 'Operational subscriptions',
    person: 'Pat',
  },
  operationalDelivery: {
    at: '/platform/operational-webhooks/deliveries/dlv_00000000000000000000000000',
    title: 'Delivery',
    person: 'Pat',
  },
  signIn: { at: '/sign-in', title: 'Overview' },
} as const satisfies Record<keyof typeof paths, Screen>

const click = (page: Page, role: 'button' | 'link' | 'tab', name: string | RegExp) =>
  page.getByRole('main').getByRole(role, { name }).first().click()

const more: Record<string, Screen> = {
  'overview of a month': { at: '/?range=30d', title: 'Overview' },
  'delivery with failures': {
    at: async (ada) => `/deliveries/${await aFailingDelivery(ada)}`,
    title: / → /,
  },
  'matrix of access': { at: '/settings/access?tab=matrix', title: 'Access' },
  'rules of plans and roles': { at: '/settings/access?tab=rules', title: 'Access' },
  'sandbox of access': { at: '/settings/access?tab=what-if', title: 'Access' },
  'expectations about access': { at: '/settings/access?tab=expectations', title: 'Access' },
  'connecting an integration': {
    at: connectionsPath,
    title: 'Connections',
    show: async (page) => {
      await click(page, 'button', 'Connect pretix')
      await expect(page.getByRole('dialog', { name: 'Connect pretix' })).toBeVisible()
    },
  },
  'history of connections': {
    at: connectionsPath,
    title: 'Connections',
    show: async (page) => {
      await click(page, 'button', 'History')
      await expect(page.getByRole('dialog', { name: 'Connection history' })).toBeVisible()
    },
  },
  'inviting a person': {
    at: '/settings/users',
    title: 'Users',
    show: async (page) => {
      await click(page, 'button', 'Invite user')
      await expect(page.getByRole('dialog', { name: 'Invite a user' })).toBeVisible()
    },
  },
  'person with roles': {
    at: '/settings/users',
    title: 'Users',
    show: async (page) => {
      await click(page, 'link', 'Meta')
      await expect(page.getByRole('dialog', { name: 'Meta' })).toBeVisible()
    },
  },
  'erasing data': {
    at: '/settings/data',
    title: 'Data',
    show: async (page) => {
      await click(page, 'button', 'Erase data …')
      await expect(page.getByRole('dialog', { name: 'Erase data' })).toBeVisible()
    },
  },
  'self-check': {
    at: '/',
    title: 'Overview',
    show: async (page) => {
      await click(page, 'button', 'Self-check')
      await expect(page.getByRole('dialog', { name: 'Self-check' })).toBeVisible()
    },
  },
  'another plan, before it is taken': {
    at: '/settings/subscription',
    title: 'Subscription',
    show: async (page) => {
      await click(page, 'button', 'Change to Free …')
      await expect(page.getByRole('alertdialog')).toContainText('suspended')
    },
  },
  'turning a switch off': {
    person: 'Pat',
    at: switchesPath,
    title: 'Kill switches',
    show: async (page) => {
      await click(page, 'button', 'Turn off for one organization …')
      await expect(page.getByRole('dialog', { name: /^Turn off/ })).toBeVisible()
    },
  },
  'capabilities of an organization': {
    person: 'Pat',
    at: capabilitiesPath,
    title: 'Capabilities',
    show: async (page) => {
      await click(page, 'link', 'Harbour Hall')
      await expect(page.getByRole('dialog', { name: 'Harbour Hall' })).toContainText('Winter Market 2026')
    },
  },
  'webhook as operations see it': {
    person: 'Pat',
    at: operationsPath,
    title: 'Webhook operations',
    show: async (page) => {
      await click(page, 'link', 'Programme app')
      await expect(page.getByRole('dialog', { name: 'Programme app' })).toBeVisible()
    },
  },
  'list that nothing matches': { at: `${webhooksPath}?search=nothing`, title: 'Webhooks' },
  'creating a key': {
    at: apiKeysPath,
    title: 'API keys',
    show: async (page) => {
      await click(page, 'button', 'Create API key')
      await expect(page.getByRole('dialog', { name: 'Create API key' })).toBeVisible()
    },
  },
  'creating a webhook': {
    at: webhooksPath,
    title: 'Webhooks',
    show: async (page) => {
      await click(page, 'button', 'Create webhook')
      await expect(page.getByRole('dialog').getByRole('list', { name: 'Events' })).toBeVisible()
    },
  },
  'configuration of a webhook': {
    at: async (ada) => `${webhooksPath}/${await aWebhook(ada)}?tab=configuration`,
    title: 'Guest list CRM',
  },
  'test of a webhook': {
    at: async (ada) => `${webhooksPath}/${await aWebhook(ada)}?tab=test`,
    title: 'Guest list CRM',
  },
  'question before deleting': {
    at: async (ada) => `${webhooksPath}/${await aWebhook(ada)}`,
    title: 'Guest list CRM',
    show: async (page) => {
      await click(page, 'button', 'Delete')
      await expect(page.getByRole('alertdialog')).toBeVisible()
    },
  },
  'entry of the audit log': {
    at: '/audit',
    title: 'Audit log',
    show: async (page) => {
      await page.getByRole('table', { name: 'Entries' }).getByRole('link').first().click()
      await expect(page.getByRole('dialog')).toBeVisible()
    },
  },
  'guide to connections': { at: '/documentation/connections', title: /Connections/ },
  'guide to keys': { at: '/documentation/api-keys', title: /API keys/ },
  'guide to webhooks': { at: '/documentation/webhooks', title: /Webhooks/ },
  'guide to verification': { at: '/documentation/verification', title: /Verify/i },
  'address that leads nowhere': { at: '/no/such/page', title: 'Not found' },
  'thing that is not there': {
    at: `${webhooksPath}/whk_00000000000000000000000000`,
    title: 'Webhook',
    show: (page) => expect(page.getByRole('alert')).toBeVisible(),
  },
  'command palette': {
    at: '/',
    title: 'Overview',
    show: async (page) => {
      await page.keyboard.press('ControlOrMeta+k')
      await expect(page.getByRole('dialog', { name: 'Command palette' })).toBeVisible()
    },
  },
  'keyboard shortcuts': {
    at: '/',
    title: 'Overview',
    show: async (page) => {
      await page.keyboard.press('?')
      await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
    },
  },
  'menu of the account': {
    at: '/',
    title: 'Overview',
    show: async (page) => {
      await framePart(page).account.click()
      await expect(framePart(page).menuItem('Sign out')).toBeVisible()
    },
  },
}

const notices: Record<string, Screen> = {
  'upgrade gate on the hub': { person: 'Rita', at: connectionsPath, title: 'Connections' },
  'upgrade gate on keys': { person: 'Rita', at: apiKeysPath, title: 'API keys' },
  'upgrade gate on webhooks': { person: 'Finn', at: webhooksPath, title: 'Webhooks' },
  'membership notice': { person: 'Meta', at: connectionsPath, title: 'Connections' },
  'workspace notice': { person: 'Sam', at: connectionsPath, title: 'Connections' },
  'role notice on keys': { person: 'Max', at: apiKeysPath, title: 'API keys' },
  'organization role notice': { person: 'Otto', at: webhooksPath, title: 'Webhooks' },
  'hub of a manager': { person: 'Max', at: connectionsPath, title: 'Connections' },
  'all gates of a refusal': {
    person: 'Rita',
    at: apiKeysPath,
    title: 'API keys',
    show: async (page) => {
      await click(page, 'button', 'Explain')
      await expect(page.getByRole('dialog', { name: 'Why this is refused' })).toBeVisible()
    },
  },
}

/** Opens an address from within the console, with nothing left open of the screen before. */
const goTo = async (page: Page, path: string) => {
  await page.keyboard.press('Escape')
  await expect(page.locator('[role=dialog], [role=alertdialog]')).toHaveCount(0)
  await page.evaluate((address) => {
    history.pushState({}, '', address)
    dispatchEvent(new PopStateEvent('popstate', { state: history.state }))
  }, path)
}

type Named = readonly [name: string, Screen]

/** Screens of one person, one after the other in one page: to open the console takes longer than to look at it. */
const walk = (person: Person, screens: readonly Named[]) => {
  test.describe(`as ${person}, from ${screens[0]?.[0]}`, () => {
    test.describe.configure({ mode: 'default' })
    let page: Page
    let problems: readonly string[]
    let session: PersonSession
    test.beforeAll(async ({ browser, demo }) => {
      page = await browser.newPage()
      problems = problemsOf(page)
      session = await openPageAs(page, demo.url, person)
    })
    test.afterAll(async () => {
      await endSession(session)
      await page.close()
    })
    for (const [name, { at, title, show }] of screens) {
      test(`${name}: nothing serious for axe in either theme`, async ({ as }, testInfo) => {
        await goTo(page, typeof at === 'string' ? at : await at(await as('Ada')))
        await expect(framePart(page).title(title)).toBeVisible()
        await show?.(page)
        await expectAccessible(page, testInfo, name.replaceAll(/\W+/g, '-'))
        expect(problems).toEqual([])
      })
    }
  })
}

/** So many that both workers have about as much to do. */
const screensOfWalk = 10
const screens: readonly Named[] = Object.entries({ ...pages, ...more, ...notices })
const personOf = ([, { person = 'Ada' }]: Named) => person
for (const person of new Set(screens.map(personOf))) {
  const theirs = screens.filter((screen) => personOf(screen) === person)
  for (let from = 0; from < theirs.length; from += screensOfWalk)
    walk(person, theirs.slice(from, from + screensOfWalk))
}

test('sign-in and lock: nothing serious for axe in either theme', async ({
  page,
  demo,
  openAs,
  expectAccessible,
}) => {
  await page.goto(`${demo.url}/sign-in`)
  await expect(signInPage(page).person('Ada')).toBeVisible()
  await expectAccessible('sign-in')
  await openAs('Ada')
  await framePart(page).account.click()
  await framePart(page).menuItem('Lock').click()
  await expect(unlockPage(page).title).toBeVisible()
  await expectAccessible('locked')
})

test('first run and empty lists: nothing serious for axe in either theme', async ({
  page,
  expectAccessible,
}) => {
  const host = await startHost({ demo: false })
  const frame = framePart(page)
  await page.goto(host.url)
  await expect(firstRunPage(page).title).toBeVisible()
  await expectAccessible('first-run')
  await setUp(page, host.url)
  await expectAccessible('empty-overview')
  for (const leaf of ['Events', 'Deliveries', 'Webhooks']) {
    await frame.leaf(leaf).click()
    await expect(frame.title(leaf)).toBeVisible()
    await expectAccessible(`empty-${leaf.toLowerCase()}`)
  }
  await host.stop()
})

test('a narrow window has the navigation behind a button', async ({ page, openAs, expectAccessible }) => {
  await page.setViewportSize({ width: 420, height: 860 })
  await openAs('Ada', webhooksPath)
  await expectAccessible('narrow')
})
