import type { HeldReason } from '#contract/vocabulary.ts'

/** What each reason means, and what a person can do about it. */
export const heldReasonTexts: Record<HeldReason, { readonly meaning: string; readonly advice: string }> = {
  paused: {
    meaning: 'Somebody paused the webhook. It goes out when the webhook is resumed.',
    advice: 'Resume the webhook: at once, or at a rate of your choice.',
  },
  disabled: {
    meaning: 'The webhook is disabled. It goes out when somebody resumes the webhook.',
    advice: 'Find out why the receiver failed for so long. Then resume the webhook.',
  },
  gone: {
    meaning:
      'The receiver said that it does not exist any more. It goes out when somebody resumes the webhook.',
    advice: 'Correct the URL, or ask the people behind the receiver. Then resume the webhook.',
  },
  suspended: {
    meaning: 'The capability “webhooks” was lost. When it is back, somebody has to resume the webhook.',
    advice: 'Get the capability back, see Subscription. Then resume the webhook and release what is held.',
  },
  switched_off: {
    meaning:
      'Sending is switched off for everybody or for this organization. It goes out when it is on again.',
    advice: 'Nothing to do here: it drains by itself, oldest first, once sending is on again.',
  },
  offline: {
    meaning: 'This machine had no network. It goes out when there is one.',
    advice: 'Nothing to do here: it drains by itself once the machine is online.',
  },
}
