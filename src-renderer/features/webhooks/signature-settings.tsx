import { CheckboxGroupField } from '#renderer/ui/form.tsx'
import { SettingsSection } from './settings-section.tsx'
import type { WebhookFormControl } from './webhook-form.ts'
import { signatureStyleNames } from './webhook-words.ts'

const styles = [
  {
    value: 'github',
    label: signatureStyleNames.github,
    description:
      'The receiver checks X-Hub-Signature-256: HMAC-SHA-256 of the body with the signing secret, in hex after “sha256=”.',
  },
  {
    value: 'stripe',
    label: signatureStyleNames.stripe,
    description:
      'The receiver checks Stripe-Signature: t= is the time in seconds, v1= the HMAC-SHA-256 of time, dot and body.',
  },
] as const

/** Signatures for receivers that were built for others. */
export const SignatureSettings = ({ control }: { control: WebhookFormControl }) => (
  <SettingsSection
    id="signatures"
    description="Every request is signed by Standard Webhooks. Receivers that were built for another sender can get its signature as well."
  >
    <CheckboxGroupField control={control} name="signatureStyles" label="In addition" options={[...styles]} />
  </SettingsSection>
)
