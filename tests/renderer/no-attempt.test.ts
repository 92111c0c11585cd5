import { expect, it } from 'vitest'
import { noAttemptTexts } from '#renderer/features/deliveries/no-attempt.ts'

it.each([
  [{ status: 'waiting', attempts: 0 }, 'No attempt yet', 'will be sent'],
  [{ status: 'held', attempts: 0 }, 'No attempt yet', 'will be sent'],
  [{ status: 'sending', attempts: 0 }, 'The first attempt is under way', 'is being sent'],
  [{ status: 'discarded', attempts: 0 }, 'No attempt was made', 'would have been sent'],
  [{ status: 'delivered', attempts: 2 }, 'The attempts are not kept any more', 'was sent'],
] as const)('a delivery without records of attempts, %j: “%s”', (delivery, title, body) => {
  const texts = noAttemptTexts(delivery)
  expect(texts.title).toBe(title)
  expect(texts.body).toBe(`This is what ${body}:`)
})
