import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { webhookUrlSchema } from '#contract/webhooks.ts'
import { Channel } from '#main/delivery/channel.ts'
import { checkUrl, createNetworkPolicy, ruleProblem } from '#main/delivery/network-policy.ts'
import type { OpenChannel } from '#main/delivery/way.ts'
import { PatchbayError } from '#main/engine/errors.ts'
import type { NetworkPolicy } from '#main/engine/parts.ts'
import { type EngineFixture, engineFixture } from '../support/engine.ts'
import { answerWith } from './channels.ts'
import type { Receiver } from './receivers.ts'
import { publicUrls, refusedUrls, resolve, ruleCases } from './url-forms.ts'
import { type DeliveryWorld, openDeliveryWorld } from './world.ts'

/** As the host gives it to the engine, with the names of the table. */
const networkPolicy: NetworkPolicy = {
  check: (url, rules) => checkUrl(url, createNetworkPolicy(rules.map(({ target }) => target)), resolve),
  checkRuleTarget: ruleProblem,
}

describe('saving a webhook', () => {
  let world: EngineFixture
  beforeAll(() => {
    world = engineFixture({ networkPolicy })
  })
  afterAll(() => world.close())

  /** How an organization with these rules is answered that saves the address; null when it is saved. */
  const save = async (url: string, targets: readonly string[] = []): Promise<string | null> => {
    if (!webhookUrlSchema.safeParse(url).success) return 'invalid'
    const { id: organizationId } = await world.organization()
    const owner = await world.person(organizationId)
    await world.store.write(async (writer) => {
      for (const target of targets) {
        const id = world.toolbox.ids.next('nwr')
        const rule = { id, organizationId, target, note: 'a test', createdAt: 0, createdBy: 'Ada' }
        await writer.networkRules.insert(rule)
      }
    })
    const input = { organizationId, url, events: ['*'], timeoutMs: 1_000, concurrency: 1, scheduleMs: null }
    const saved = world.engine.operations.webhooks.create(owner, input)
    return saved.then(
      () => null,
      (error: unknown) => {
        if (error instanceof PatchbayError) return error.code
        throw error
      },
    )
  }

  it.each(refusedUrls)('%s is refused (%s)', async (url) => {
    expect(['invalid', 'destination_blocked']).toContain(await save(url))
  })

  it.each(publicUrls)('%s is saved', async (url) => {
    expect(await save(url)).toBeNull()
  })

  it.each(ruleCases)('with the rule %s: %s is saved: %s', async (target, url, opens) => {
    expect(await save(url, [target])).toBe(opens ? null : 'destination_blocked')
  })
})

describe('sending', () => {
  let world: DeliveryWorld
  let receiver: Receiver
  beforeEach(async () => {
    world = await openDeliveryWorld()
    receiver = await answerWith(200)
  })
  afterEach(async () => {
    await world.close()
    await receiver.close()
  })

  const openChannel: OpenChannel = (options) =>
    new Channel({ ...options, clock: world.clock, resolve, timeoutMs: 5_000 })

  /** The error classes of one test and one event for each address, which nobody judged when it was saved. */
  const sendTo = async (urls: readonly string[]) => {
    const deliveries: { url: string; kind: 'test' | 'event'; id: string }[] = []
    for (const url of urls) {
      const { id: webhookId } = await world.webhook({ url, scheduleMs: [0] })
      for (const kind of ['test', 'event'] as const) {
        const { id } = await world.deliver(webhookId, { kind })
        deliveries.push({ url, kind, id })
      }
    }
    const { until } = await world.startLoop({ openChannel })
    await until(() => world.count('waiting') + world.count('sending') === 0)
    const found: [string, string, string | null | undefined][] = []
    for (const { url, kind, id } of deliveries) {
      const [attempt] = await world.attempts(id)
      found.push([url, kind, attempt?.errorClass])
    }
    return found
  }
  const bothKinds = (urls: readonly string[], errorClass: string | null) =>
    urls.flatMap((url) => [
      [url, 'test', errorClass],
      [url, 'event', errorClass],
    ])

  it('a test or an event to any of the refused addresses is blocked', async () => {
    const urls = refusedUrls.map(([url]) => url)
    expect(urls.length).toBeGreaterThan(100)
    expect(await sendTo(urls)).toEqual(bothKinds(urls, 'blocked'))
  })

  it.each([...Map.groupBy(ruleCases, ([target]) => target)])(
    'the rule %s opens no address that it does not name',
    async (target, cases) => {
      await world.allow(target)
      const urls = cases.filter(([, , opens]) => !opens).map(([, url]) => url)
      expect(await sendTo(urls)).toEqual(bothKinds(urls, 'blocked'))
    },
  )

  it.each([
    ['127.0.0.0/8', ['127.0.0.1', 'localhost', '2130706433', '0x7f.1', '127。0。0。1']],
    ['127.0.0.1', ['127.0.0.1', 'localhost.']],
    ['localhost', ['localhost', 'LOCALHOST.']],
    ['*.localhost', ['api.localhost']],
  ])('the rule %s opens what it names', async (target, hosts) => {
    await world.allow(target)
    const urls = hosts.map((host) => `http://${host}:${receiver.port}/`)
    expect(await sendTo(urls)).toEqual(bothKinds(urls, null))
  })
})
