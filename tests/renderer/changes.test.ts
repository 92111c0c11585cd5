import { describe, expect, it } from 'vitest'
import { defaultWebhookOptions } from '#contract/webhook-options.ts'
import type { Webhook } from '#contract/webhooks.ts'
import { changedFields } from '#renderer/features/audit/audit-changes.ts'
import { changesOf, fieldsOfForm, formOfWebhook } from '#renderer/features/webhooks/webhook-form.ts'

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
  recent: { delivered: 0, failedAttempts: 0, waiting: 0, held: 0 },
  lastAttemptAt: null,
  lastSuccessAt: null,
}

describe('the changes that saving a webhook would make', () => {
  it('are none for the form as it was opened, in whatever order the events are', () => {
    const form = formOfWebhook(webhook)
    expect(changesOf(webhook, form)).toEqual([])
    expect(changesOf(webhook, { ...form, events: form.events.toReversed() })).toEqual([])
  })

  it('name what differs, before and after, in the units of the form', () => {
    expect(changesOf(webhook, { ...formOfWebhook(webhook), timeoutSeconds: 20, name: 'CRM 2' })).toEqual([
      { label: 'Name', before: 'CRM', after: 'CRM 2' },
      { label: 'Timeout', before: '15 s', after: '20 s' },
    ])
  })

  it('go back to the contract in milliseconds', () => {
    expect(fieldsOfForm({ ...formOfWebhook(webhook), timeoutSeconds: 20 })).toMatchObject({
      timeoutMs: 20_000,
    })
  })
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
