import { describe, expect, it } from 'vitest'
import { defaultWebhookOptions } from '#contract/webhook-options.ts'
import type { Webhook } from '#contract/webhooks.ts'
import { changedFields } from '#renderer/features/audit/audit-changes.ts'
import { changesOf, updateOf } from '#renderer/features/webhooks/webhook-changes.ts'
import {
  fieldsOfForm,
  formOfWebhook,
  placeOfError,
  webhookFormSchema,
} from '#renderer/features/webhooks/webhook-form.ts'

const webhook: Webhook = {
  id: 'whk_01h455vb4pex5vsknk084sn02q',
  occasionId: null,
  name: 'CRM',
  url: 'https://crm.example/hooks',
  events: ['order.*', 'badge.printed'],
  status: 'active',
  statusReason: null,
  statusChangedAt: null,
  timeoutMs: 15_000,
  concurrency: 16,
  scheduleMs: null,
  options: defaultWebhookOptions,
  createdAt: 0,
  createdBy: 'Ada',
  secrets: [],
  credentials: [],
  certificates: { ca: [], client: null },
  recent: { delivered: 0, failedAttempts: 0, waiting: 0, held: 0 },
  lastAttemptAt: null,
  lastSuccessAt: null,
  breaker: { state: 'closed', openedAt: null, nextProbeAt: null, failed: 0, requests: 0 },
  tokenPause: null,
  blockedBy: null,
  pausedRelease: null,
  failing: null,
  probe: null,
}

/** The form of a webhook as it would be saved, untouched. */
const untouched = (opened: Webhook) => webhookFormSchema.parse(formOfWebhook(opened))

describe('the changes that saving a webhook would make', () => {
  it('are none for the form as it was opened, in whatever order the events are', () => {
    const form = untouched(webhook)
    expect(changesOf(webhook, form)).toEqual([])
    expect(changesOf(webhook, { ...form, events: form.events.toReversed() })).toEqual([])
  })

  it('name what differs, before and after, in the units of the form', () => {
    expect(changesOf(webhook, { ...untouched(webhook), timeoutSeconds: 20, name: 'CRM 2' })).toEqual([
      { label: 'Name', before: 'CRM', after: 'CRM 2' },
      { label: 'Timeout', before: '15 s', after: '20 s' },
    ])
  })

  it('go back to the contract in milliseconds', () => {
    expect(fieldsOfForm({ ...untouched(webhook), timeoutSeconds: 20 })).toMatchObject({
      timeoutMs: 20_000,
    })
  })
})

describe('the changes of the options', () => {
  const form = untouched(webhook)
  it('are told in words', () => {
    const changed = {
      ...form,
      throttle: { count: 1, seconds: 60 },
      ordered: true,
      ownSchedule: true,
      delays: [{ amount: 1.5, unit: 'h' as const }],
      condition: { 'data.total': { $gte: 100 } },
      shape: {
        steps: [{ kind: 'mask' as const, path: 'data.email', keep: 0 }],
        contentType: 'form' as const,
      },
      signatureStyles: ['github' as const],
    }
    expect(changesOf(webhook, changed)).toEqual([
      { label: 'Rate', before: 'No limit', after: 'At most 1 request a minute' },
      {
        label: 'Order',
        before: 'As they come, several at once',
        after: 'In the order of the events, one at a time',
      },
      {
        label: 'Schedule',
        before: 'Standard: 10 attempts over 3 d 3 h',
        after: '2 attempts over 1 h 30 min: at once, then after 1 h 30 min',
      },
      { label: 'Filter', before: 'Every chosen event', after: 'Only if data.total ≥ 100' },
      { label: 'Body', before: 'The body as it is, as JSON', after: 'data.email masked, as a form' },
      { label: 'Signatures', before: 'Standard Webhooks', after: 'Standard Webhooks, GitHub' },
    ])
    expect(updateOf(webhook, changed)).toMatchObject({ scheduleMs: [0, 5_400_000] })
  })

  it('are told header by header', () => {
    const options = { ...webhook.options, headers: [{ name: 'X-Env', value: 'test' }] }
    const known = { ...webhook, options }
    const headers = [
      { name: 'X-Env', value: 'live' },
      { name: 'X-Empty', value: '' },
    ]
    expect(changesOf(known, { ...untouched(known), headers })).toEqual([
      { label: 'Header X-Env', before: 'test', after: 'live' },
      { label: 'Header X-Empty', before: 'none', after: 'empty' },
    ])
    expect(changesOf(known, { ...untouched(known), headers: [] })).toEqual([
      { label: 'Header X-Env', before: 'test', after: 'none' },
    ])
  })

  it('alone are sent: what was changed elsewhere meanwhile is not put back', () => {
    expect(updateOf(webhook, form)).toEqual({})
    expect(
      updateOf({ ...webhook, name: 'elsewhere' }, { ...form, name: 'elsewhere', ordered: true }),
    ).toEqual({
      options: { ordered: true },
    })
  })

  it('that are none in effect leave an own schedule of the standard delays apart from the standard one', () => {
    expect(updateOf(webhook, { ...form, ownSchedule: true })).toMatchObject({
      scheduleMs: expect.arrayContaining([0, 5_000]),
    })
    expect(formOfWebhook({ ...webhook, scheduleMs: [0, 200, 90_000] })).toMatchObject({
      ownSchedule: true,
      delays: [
        { amount: 0.2, unit: 's' },
        { amount: 90, unit: 's' },
      ],
    })
  })

  it.each([
    ['timeoutMs', 'timeoutSeconds'],
    ['scheduleMs', 'delays'],
    ['scheduleMs/2', 'delays.1.amount'],
    ['options/throttle/seconds', 'throttle.seconds'],
    ['options/headers/3/name', 'headers.3.name'],
    ['options/headers/0/value', 'headers.0.value'],
    ['options/condition/data.total', 'condition'],
    ['options/nothing', null],
    ['url', null],
  ])('refused at %s are shown at %s', (path, place) => expect(placeOfError(path.split('/'))).toBe(place))
})

describe('the changed fields of an audit entry', () => {
  it('are those that differ, those that came and those that went', () => {
    const before = { name: 'a', events: ['x'], gone: 1 }
    const after = { name: 'b', events: ['x'], fresh: null }
    expect(changedFields(before, after)).toEqual([
      { field: 'name', before: 'a', after: 'b' },
      { field: 'gone', before: 1, after: undefined },
      { field: 'fresh', before: undefined, after: null },
    ])
  })

  it('are all of them where there was nothing before or is nothing after', () => {
    expect(changedFields(null, { name: 'a' })).toEqual([{ field: 'name', before: undefined, after: 'a' }])
    expect(changedFields({ name: 'a' }, undefined)).toEqual([
      { field: 'name', before: 'a', after: undefined },
    ])
    expect(changedFields('old', 'new')).toEqual([{ field: 'value', before: 'old', after: 'new' }])
  })
})
