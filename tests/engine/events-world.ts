import { expect } from 'vitest'
import type { EventInput } from '#contract/events.ts'
import type { ApiKeyScope } from '#contract/vocabulary.ts'
import type { ApiKeyPrincipal } from '#main/engine/access/facts.ts'
import type { Caller } from '#main/engine/operation.ts'
import type { Toolbox } from '#main/engine/parts.ts'
import type { WebhookRecord } from '#main/store/interface.ts'

/** A caller with an API key. */
export interface KeyCaller extends Caller {
  readonly principal: ApiKeyPrincipal
}

/** What tests of events, deliveries and the demo need to exist besides organizations and people. */
export const eventsWorld = ({ store, clock, ids, randomBytes }: Toolbox) => ({
  async key(organizationId: string, scopes: ApiKeyScope[] = ['api']): Promise<KeyCaller> {
    const id = ids.next('key')
    await store.write((writer) =>
      writer.apiKeys.insert({
        id,
        organizationId,
        name: 'till',
        description: '',
        environment: 'production',
        scopes,
        prefix: 'pb_prod_abcdef',
        secretHash: randomBytes(32),
        createdAt: clock.now(),
        createdBy: 'Ada',
        notBefore: null,
        expiresAt: null,
        disabledAt: null,
        revokedAt: null,
        lastUsedAt: null,
        lastUsedAddress: null,
        lastUsedRoute: null,
      }),
    )
    return {
      address: '127.0.0.1',
      principal: {
        kind: 'api_key',
        id,
        name: 'till',
        organizationId,
        scopes,
        revokedAt: null,
        disabledAt: null,
        notBefore: null,
        expiresAt: null,
        addressAllowed: true,
        withinRateLimit: true,
      },
    }
  },
  async webhook(organizationId: string, over: Partial<WebhookRecord> = {}): Promise<WebhookRecord> {
    const webhook: WebhookRecord = {
      id: ids.next('whk'),
      organizationId,
      occasionId: null,
      name: 'CRM',
      url: 'https://crm.example/hooks',
      events: ['attendee.*'],
      status: 'active',
      statusReason: null,
      statusChangedAt: null,
      timeoutMs: 15_000,
      concurrency: 16,
      scheduleMs: null,
      createdAt: clock.now(),
      createdBy: 'Ada',
      lastAttemptAt: null,
      lastSuccessAt: null,
      ...over,
    }
    await store.write((writer) => writer.webhooks.insert(webhook))
    return webhook
  },
})

/** A valid event. */
export const registered = (over: Partial<EventInput> = {}): EventInput => ({
  type: 'attendee.registered',
  data: { attendeeId: 'A-1', email: 'nora@northwind.example', firstName: 'Nora', lastName: 'Lind' },
  ...over,
})

/** The error that a promise rejects with; fails when it resolves. */
export const rejection = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.fail('it resolved'),
    (error: unknown) => error,
  )
