import type { Webhook, WebhookSecret } from '#contract/webhooks.ts'
import { Badge } from '#renderer/ui/badge.tsx'
import { CopyableText } from '#renderer/ui/copy-button.tsx'
import { DueTime, RelativeTime } from '#renderer/ui/time.tsx'

export const secretsDescription =
  'A secret is shown only when it is created; later you see its last characters. A public key is for everybody.'

/** Whether a secret signs for good, or along with a newer one until its overlap ends. */
export const SecretState = ({ secret }: { secret: WebhookSecret }) =>
  secret.expiresAt === null ? (
    <Badge tone="success">Signs</Badge>
  ) : (
    <Badge tone="warning">
      Signs along, ends <DueTime at={secret.expiresAt} />
    </Badge>
  )

/** The secrets that sign at the moment, newest first. */
export const SecretList = ({ webhook }: { webhook: Webhook }) => (
  <ul aria-label="Signing secrets" className="space-y-2">
    {webhook.secrets.map((secret) => (
      <li key={secret.id} className="flex flex-wrap items-baseline gap-x-2">
        {secret.publicKey === null ? (
          <code className="font-mono text-xs">whsec_…{secret.tail}</code>
        ) : (
          <CopyableText text={secret.publicKey} label="Copy public key" />
        )}
        <SecretState secret={secret} />
        <span className="text-muted">
          created <RelativeTime at={secret.createdAt} />
        </span>
      </li>
    ))}
  </ul>
)
