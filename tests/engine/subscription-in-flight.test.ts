import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ClaimedDelivery, Outcome, Settlement, WorkQueue } from '#main/store/interface.ts'
import { openWorkQueue } from '#main/store/work-queue.ts'
import { type EngineFixture, engineFixture, testDataKey } from '../support/engine.ts'
import { type FileStore, fileStore } from '../support/file-store.ts'

let files: FileStore
let world: EngineFixture
let queue: WorkQueue

beforeEach(async () => {
  files = await fileStore()
  world = engineFixture({ store: files.connect() })
  queue = openWorkQueue({ path: files.path, dataKey: testDataKey, owner: 'a test' })
})
afterEach(async () => {
  await queue.close()
  await files.remove()
})

const turn = (over: Partial<Parameters<WorkQueue['turn']>[0]>) =>
  queue.turn({
    now: world.clock.now(),
    settlements: [],
    slow: [],
    leaseUntil: world.clock.now() + 60_000,
    returned: [],
    wanted: [],
    bytesMax: 1_000_000,
    ...over,
  })

const settlement = (
  webhookId: string,
  { id, kind, attempts }: ClaimedDelivery,
  outcome: Outcome,
): Settlement => ({
  webhookId,
  deliveryKind: kind,
  outcome,
  attempt: {
    id: world.toolbox.ids.next('att'),
    deliveryId: id,
    number: attempts + 1,
    startedAt: world.clock.now(),
    finishedAt: world.clock.now() + 7,
    url: 'https://receiver.example/hook',
    statusCode: outcome.kind === 'delivered' ? 200 : 500,
    errorClass: outcome.kind === 'delivered' ? null : 'http',
    errorMessage: null,
    requestHeaders: {},
    responseHeaders: {},
    responseBody: null,
    responseBodyTruncated: false,
    remoteAddress: null,
    tlsVersion: null,
    tlsCertificateEndsAt: null,
    phases: { queueMs: 0, dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: 1, bodyMs: 1 },
    secretIds: [],
    nextAttemptAt: null,
    nextAttemptReason: null,
  },
})

test('requests that are under way when the capability is lost end as they end, and nothing follows them', async () => {
  const home = await world.organization()
  const owner = await world.person(home.id)
  const { id: webhookId, ...hook } = await world.webhook(home.id)
  await world.deliveries({ id: webhookId, ...hook }, 5)
  const [claim] = (await turn({ wanted: [{ webhookId, limit: 4 }] })).claims
  const [quick, failing, slow, slowFailing] = claim?.deliveries ?? []
  if (!quick || !failing || !slow || !slowFailing) throw new Error('Four deliveries were to be claimed.')
  await turn({ slow: [slow.id, slowFailing.id] })

  await world.engine.operations.subscription.change(owner, { organizationId: home.id, plan: 'pro' })

  const retry: Outcome = { kind: 'retry', dueAt: world.clock.now() + 5_000, reason: 'schedule' }
  await turn({
    settlements: [
      settlement(webhookId, quick, { kind: 'delivered' }),
      settlement(webhookId, failing, retry),
      settlement(webhookId, slow, { kind: 'delivered' }),
      settlement(webhookId, slowFailing, retry),
    ],
  })
  const stateOf = async ({ id }: ClaimedDelivery) => {
    const delivery = await world.store.read.deliveries.get(id)
    return [delivery?.status, delivery?.heldReason, delivery?.attempts]
  }
  expect(await stateOf(quick)).toEqual(['delivered', null, 1])
  expect(await stateOf(failing)).toEqual(['held', 'suspended', 1])
  expect(await stateOf(slow)).toEqual(['delivered', null, 1])
  expect(await stateOf(slowFailing)).toEqual(['held', 'suspended', 1])
  const numbers = await world.store.read.webhookDeliveries.getNumbers([webhookId], 0)
  expect(numbers.get(webhookId)).toMatchObject({ waiting: 0, held: 3 })
  const [after] = (await turn({ wanted: [{ webhookId, limit: 9 }] })).claims
  expect(after?.deliveries).toEqual([])
})
