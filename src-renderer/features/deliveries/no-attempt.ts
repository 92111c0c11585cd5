import type { DeliveryDetail } from '#contract/events.ts'

/** What stands in the place of an attempt: why there is none, and what the body is that stands below. */
export const noAttemptTexts = ({
  status,
  attempts,
}: Pick<DeliveryDetail, 'status' | 'attempts'>): { readonly title: string; readonly body: string } => {
  if (attempts > 0) return { title: 'The attempts are not kept any more', body: 'This is what was sent:' }
  if (status === 'sending')
    return { title: 'The first attempt is under way', body: 'This is what is being sent:' }
  if (status === 'waiting' || status === 'held')
    return { title: 'No attempt yet', body: 'This is what will be sent:' }
  return { title: 'No attempt was made', body: 'This is what would have been sent:' }
}
