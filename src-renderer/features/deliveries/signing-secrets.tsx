import type { WebhookSecret } from '#contract/webhooks.ts'
import { Badge } from '#renderer/ui/badge.tsx'
import { SecretState } from '../webhooks/secret-list.tsx'

const prefixes = { hmac: 'whsec_', ed25519: 'whpk_' } as const

/**
 * The secrets that signed an attempt: those that still sign by their last characters, the others by their ids, since
 * nothing else is kept of a secret that has ended. `living` is absent where it is not known.
 */
export const SigningSecrets = ({
  secretIds,
  living,
}: {
  secretIds: readonly string[]
  living?: readonly WebhookSecret[]
}) => {
  if (secretIds.length === 0) return 'Not signed'
  return (
    <ul className="space-y-1">
      {secretIds.map((id) => {
        const secret = living?.find((one) => one.id === id)
        return (
          <li key={id} className="flex flex-wrap items-baseline gap-x-2" title={id}>
            <code className="max-w-full truncate font-mono text-xs">
              {secret ? `${prefixes[secret.algorithm]}…${secret.tail}` : id}
            </code>
            {secret ? <SecretState secret={secret} /> : living && <Badge>Signs no more</Badge>}
          </li>
        )
      })}
    </ul>
  )
}
