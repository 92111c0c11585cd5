import type { DeliveryKind } from '#contract/vocabulary.ts'

/** Why a delivery exists, in words. */
export const deliveryKindLabels: Record<DeliveryKind, string> = {
  event: 'Event',
  test: 'Signed test',
  connectivity: 'Connectivity check',
  replay: 'Replay',
  resend: 'Resend',
}
