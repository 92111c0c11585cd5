import { test as base, expect, type Page } from '@playwright/test'
import type { WebhookOptions } from '#contract/webhook-options.ts'
import { shown } from '../../support/shown.ts'
import { confirmDialogPart } from '../pages/parts.ts'
import { webhookPage, webhooksPath } from '../pages/webhooks-pages.ts'
import { expectAccessible } from './accessibility.ts'
import { type Client, openSession, organizationOf, type PersonSession } from './console-client.ts'
import { type Host, startHost } from './host.ts'
import { type Receiver, startReceiver } from './receiver.ts'
import { sendEvents } from './send-events.ts'

export type Person = 'Ada' | 'Max' | 'Sam' | 'Meta' | 'Otto' | 'Rita' | 'Finn' | 'Pat'

/** Opens an address of a host as one of the people of its demo workspace, without the sign-in page. */
export const openPageAs = async (
  page: Page,
  url: string,
  person: Person,
  path = '/',
): Promise<PersonSession> => {
  const session = await openSession(url, person)
  await openPageIn(session, page, `${url}${path}`)
  return session
}

/** Opens an address in a session that there is. */
export const openPageIn = async ({ cookie }: PersonSession, page: Page, address: string): Promise<void> => {
  const { origin } = new URL(address)
  await page.context().addCookies([{ ...cookie, url: origin, httpOnly: true, sameSite: 'Strict' }])
  await page.goto(address)
  // Hidden to those who cannot see while the address opens a dialog. Waited for, not expected: an expectation looks again
  // only after longer and longer pauses, and every test begins here.
  await page.getByRole('contentinfo', { includeHidden: true }).waitFor()
}

/** What goes wrong in a page by itself, from now on: errors, and violations of the content security policy. */
export const problemsOf = (page: Page): readonly string[] => {
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => {
    const text = message.text()
    // A refused or failed call is logged by the browser itself; tests of refusals make such calls.
    if (message.type() === 'error' && !text.startsWith('Failed to load resource')) problems.push(text)
  })
  return problems
}

/** A person has a bounded number of sessions: those of a whole worker would push out the first. */
export const endSession = async ({ client }: PersonSession): Promise<void> => {
  if ((await client.session.current()).state !== 'signed_out') await client.session.signOut()
}

interface TestFixtures {
  /** A demo workspace of the test's own, for what would change the workspace of the others. */
  readonly ownDemo: Host
  readonly receiver: Receiver
  /** Opens an address of the demo workspace as one of its people, without the sign-in page. */
  readonly openAs: (person: Person, path?: string) => Promise<void>
  /** Fails on anything serious that axe finds, in both themes, and attaches screenshots under this name. */
  readonly expectAccessible: (name: string) => Promise<void>
  /** A name that no other test uses: the people of a worker share the demo workspace. */
  readonly uniqueName: (noun: string) => string
  /** Accepts so many examples of an event type for Harbour Hall. Tells their ids. */
  readonly accept: (type: string, count: number) => Promise<string[]>
  /** Makes a webhook for one type of events and opens a part of its configuration as Ada. */
  readonly openConfiguration: (event: string, part: string) => Promise<OpenConfiguration>
  /** Makes a webhook of Harbour Hall, which is gone again after the test. */
  readonly webhookTo: (receiver: Receiver, fields: WebhookFields) => Promise<MadeWebhook>
}

interface WebhookFields {
  readonly events: string[]
  readonly scheduleMs?: number[]
  readonly startPaused?: boolean
  readonly options?: Partial<WebhookOptions>
}
interface MadeWebhook {
  readonly id: string
  readonly name: string
  readonly secret: string
}

interface OpenConfiguration {
  readonly webhook: ReturnType<typeof webhookPage>
  readonly configuration: ReturnType<typeof webhookPage>['configuration']
  /** Asks before changes are saved. */
  readonly question: ReturnType<typeof confirmDialogPart>
}

interface WorkerFixtures {
  /** The demo workspace, shared by the tests of a worker: tests make what they change. */
  readonly demo: Host
  /** The procedures as one of the demo people, for what a test prepares or looks up. */
  readonly as: (person: Person) => Promise<Client>
}

let names = 0

export const test = base.extend<TestFixtures, WorkerFixtures>({
  demo: [
    async ({ playwright: _ }, use) => {
      const host = await startHost({ demo: true })
      await use(host)
      await host.stop()
    },
    { scope: 'worker' },
  ],
  as: [
    async ({ demo }, use) => {
      const sessions = new Map<Person, Promise<PersonSession>>()
      await use(async (person) => {
        const session = sessions.get(person) ?? openSession(demo.url, person)
        sessions.set(person, session)
        return (await session).client
      })
    },
    { scope: 'worker' },
  ],
  receiver: async ({ playwright: _ }, use) => {
    const receiver = await startReceiver()
    await use(receiver)
    await receiver.stop()
  },
  page: async ({ page }, use) => {
    const problems = problemsOf(page)
    await use(page)
    expect(problems, 'errors and violations of the content security policy in the page').toEqual([])
  },
  openAs: async ({ page, demo }, use) => {
    const opened: PersonSession[] = []
    await use(async (person, path) => {
      opened.push(await openPageAs(page, demo.url, person, path))
    })
    for (const session of opened) await endSession(session)
  },
  ownDemo: async ({ playwright: _ }, use) => {
    const host = await startHost({ demo: true })
    await use(host)
    await host.stop()
  },
  expectAccessible: async ({ page }, use, testInfo) => {
    await use((name) => expectAccessible(page, testInfo, name))
  },
  uniqueName: async ({ playwright: _ }, use, { workerIndex }) => {
    await use((noun) => {
      names += 1
      return `${noun} ${workerIndex}-${names}`
    })
  },
  accept: async ({ demo, as }, use) => {
    await use(async (type, count) => sendEvents(demo, await as('Ada'), type, count))
  },
  openConfiguration: async ({ page, openAs, receiver, webhookTo }, use) => {
    await use(async (event, part) => {
      const { id, name } = await webhookTo(receiver, { events: [event] })
      await openAs('Ada', `${webhooksPath}/${id}?tab=configuration#${part}`)
      const webhook = webhookPage(page)
      const question = confirmDialogPart(page, `Save changes to “${name}”`)
      return { webhook, configuration: webhook.configuration, question }
    })
  },
  webhookTo: async ({ as, uniqueName }, use) => {
    const ada = await as('Ada')
    const { id: organizationId } = await organizationOf(ada)
    const made: string[] = []
    await use(async ({ url }, fields) => {
      const name = uniqueName('Receiver')
      const created = await ada.webhooks.create({ organizationId, name, url, ...fields })
      const { webhook } = created
      made.push(webhook.id)
      return { id: webhook.id, name, secret: shown(created) }
    })
    const present = await ada.webhooks.list({ organizationId, limit: 200 })
    const webhookIds = present.items.map(({ id }) => id).filter((id) => made.includes(id))
    if (webhookIds.length > 0) await ada.webhooks.delete({ organizationId, webhookIds })
  },
})
export { expect }
