import { expect, test } from './support/test.ts'

test('a filter is written while recent events show what it does, and is not saved before it is complete', async ({
  openConfiguration,
}) => {
  const { configuration, question } = await openConfiguration('attendee.registered', 'filter')

  await test.step('a line of the filter is tried on the newest events at once', async () => {
    const { recentEvents } = configuration
    await expect(recentEvents.getByRole('status')).toContainText(
      /Of the newest \d+ events, \d+ would be sent and 0/,
    )
    await configuration.addLine.click()
    await configuration.conditionField(1).fill('data.email')
    await configuration.conditionOperator(1).selectOption('is missing')
    await expect(recentEvents.getByRole('status')).toContainText(/, 0 would be sent and \d+ left out/)
    await configuration.conditionOperator(1).selectOption('is not')
    await configuration.save.click()
    await expect(configuration.conditionValue(1)).toBeFocused()
    await expect(configuration.conditionValue(1)).toHaveAccessibleDescription(/Give a value/)
    await configuration.conditionValue(1).fill('nobody@example.com')
    await expect(configuration.conditionValue(1)).not.toHaveAttribute('aria-invalid')
    await expect(recentEvents.getByRole('status')).toContainText('sent and 0 left out')
    await expect(recentEvents.getByRole('listitem').first()).toContainText('data.email: "')
  })
  await test.step('more than lines can say is written as JSON, and what is wrong with it is said', async () => {
    await configuration.conditionAs('JSON').click()
    await expect(configuration.conditionJson).toHaveValue(/"data.email"/)
    await configuration.conditionJson.fill('{"$not":')
    await expect(configuration.conditionJson).toHaveAccessibleDescription(/not JSON/)
    await configuration.save.click()
    await expect(configuration.conditionJson).toBeFocused()
    await expect(question.dialog).toBeHidden()
    await configuration.conditionJson.fill('{"$not":{"data.email":"nobody@example.com"}}')
    await expect(configuration.conditionJson).not.toHaveAttribute('aria-invalid')
    await configuration.save.click()
    await expect(question.dialog.getByRole('term')).toHaveText(['Filter'])
    await question.confirm('Save changes').click()
    await expect(question.dialog).toBeHidden()
  })
})

test('a shape is written while the newest event shows what it does, and the receiver gets the shaped body', async ({
  receiver,
  openConfiguration,
  expectAccessible,
}) => {
  const { webhook, configuration, question } = await openConfiguration('attendee.registered', 'body')

  await test.step('steps are added, moved by keyboard, and show the body before and after', async () => {
    await configuration.addStep('Mask').click()
    await configuration.stepField(1).fill('data.email')
    await expect(configuration.bodyAfter).toContainText('"email": "***')
    await configuration.addStep('Keep only').click()
    await configuration.save.click()
    await expect(configuration.stepFields(2)).toBeFocused()
    await expect(configuration.stepFields(2)).toHaveAccessibleDescription(/Name the fields to keep/)
    await configuration.stepFields(2).fill('type\ndata.email')
    await expect(configuration.bodyAfter).not.toContainText('timestamp')
    await configuration.moveStepUp(2).press('Enter')
    await expect(configuration.steps.first()).toContainText('1. Keep only')
    await expect(configuration.steps.first().getByRole('button', { name: 'Move step 1 down' })).toBeFocused()
    await configuration.bodyAs('Form').click()
    await expect(configuration.bodyAfter).toContainText('type=attendee.registered&data%5Bemail%5D=***')
    await expect(configuration.bodyBefore).toContainText('"timestamp"')
    await expectAccessible('filter-and-shape')
  })
  await test.step('what changes is said in words, and a test goes out in the new shape', async () => {
    await configuration.save.click()
    await expect(question.dialog.getByRole('term')).toHaveText(['Body'])
    await question.confirm('Save changes').click()
    await expect(question.dialog).toBeHidden()
    await webhook.tab('Test').click()
    await webhook.test.send.click()
    const { body, headers } = await receiver.request(1)
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded')
    expect(body).toMatch(/^type=attendee\.registered&data%5Bemail%5D=\*+$/)
    await expect(webhook.test.result).toContainText(body)
  })
})
