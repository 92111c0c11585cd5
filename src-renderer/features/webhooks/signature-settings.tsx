import type { Webhook } from '#contract/webhooks.ts'
import { CopyableText } from '#renderer/ui/copy-button.tsx'
import { CheckboxGroupField } from '#renderer/ui/form.tsx'
import { SettingsSection } from './settings-section.tsx'
import type { WebhookFormControl } from './webhook-form.ts'
import { signatureStyleNames } from './webhook-words.ts'

const styles = [
  {
    value: 'github',
    label: signatureStyleNames.github,
    description:
      'The receiver checks X-Hub-Signature-256: HMAC-SHA-256 of the body with the signing secret, in hex after “sha256=”. It has room for one: during a rotation the oldest secret that still signs makes it.',
  },
  {
    value: 'stripe',
    label: signatureStyleNames.stripe,
    description:
      'The receiver checks Stripe-Signature: t= is the time in seconds, v1= the HMAC-SHA-256 of time, dot and body.',
  },
] as const

/** What receivers verify the signatures of key pairs with; it may be shown to anybody. */
const PublicKeys = ({ secrets }: Pick<Webhook, 'secrets'>) => {
  const keys = secrets.flatMap(({ publicKey }) => publicKey ?? [])
  if (keys.length === 0) return null
  return (
    <div className="mb-4 space-y-1">
      <div className="font-medium">{keys.length === 1 ? 'Public key' : 'Public keys'}</div>
      {keys.map((key) => (
        <CopyableText key={key} text={key} label="Copy public key" />
      ))}
    </div>
  )
}

/** Signatures for receivers that were built for others. */
export const SignatureSettings = ({
  control,
  webhook,
}: {
  control: WebhookFormControl
  webhook: Webhook
}) => (
  <SettingsSection
    id="signatures"
    description="Every request is signed by Standard Webhooks. Receivers that were built for another sender can get its signature as well."
  >
    <PublicKeys secrets={webhook.secrets} />
    <CheckboxGroupField control={control} name="signatureStyles" label="In addition" options={[...styles]} />
  </SettingsSection>
)
